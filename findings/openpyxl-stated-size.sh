#!/bin/sh
# In read-only mode openpyxl believes the size that a sheet states, and leaves out the rows beyond it without a word.
#
# Expected: all rows that are stored are read, as in its other mode; the stated size is optional, and some programs write A1
# Seen: of three rows the first cell alone
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check openpyxl==3.1.5
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import io
import re
import zipfile

import openpyxl

made = openpyxl.Workbook()
for row in (["id", "name"], ["4711", "Anna"], ["4712", "Bo"]):
    made.active.append(row)
stored, stating_a1 = io.BytesIO(), io.BytesIO()
made.save(stored)
with zipfile.ZipFile(stored) as old, zipfile.ZipFile(stating_a1, "w") as new:
    for name in old.namelist():
        new.writestr(name, re.sub(rb'(?<=<dimension ref=")[^"]*', b"A1", old.read(name)))
rows = {
    read_only: list(openpyxl.load_workbook(stating_a1, read_only=read_only).active.values) for read_only in (False, True)
}
print("openpyxl", openpyxl.__version__)
print("read at once:  ", rows[False])
print("read-only mode:", rows[True])
assert len(rows[False]) == 3
assert rows[True] == [("id",)]
PYTHON
