#!/bin/sh
# Dask runs a function once for equal arguments: two students with the same file have one result between them.
#
# Expected: client.map(grade, ["same", "same", "other"]) calls grade three times, and each submit calls it once more
# Seen: equal calls have one key and run once; with pure=False each is run
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check distributed==2026.8.0
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import os

import distributed


def grade(file):
    return f"{file}: run {os.urandom(4).hex()}"


files = ["same", "same", "other"]
with distributed.Client(processes=False, n_workers=1, threads_per_worker=1, dashboard_address=None) as client:
    as_is = client.gather(client.map(grade, files))
    each = client.gather(client.map(grade, files, pure=False))
print("distributed", distributed.__version__)
print("client.map:", as_is)
print("pure=False:", each)
assert as_is[0] == as_is[1] and len(set(as_is)) == 2
assert len(set(each)) == 3
PYTHON
