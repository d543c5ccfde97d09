#!/bin/sh
# nbgrader reads the offset of a time such as "2026-11-21 23:59:00 +0100" as 100 seconds.
#
# Expected: 22:59:00 UTC, which is the same time at an offset of one hour
# Seen: 23:57:20 UTC; written without the space, or with the zone's name, it is 22:59:00
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check nbgrader==0.9.6
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import nbgrader
from nbgrader.utils import parse_utc

print("nbgrader", nbgrader.__version__)
seen = {text: str(parse_utc(f"2026-11-21 23:59:00{text}")) for text in (" +0100", "+0100", " Europe/Berlin")}
print(seen)
assert seen[" +0100"] == "2026-11-21 23:57:20"
assert seen["+0100"] == seen[" Europe/Berlin"] == "2026-11-21 22:59:00"
PYTHON
