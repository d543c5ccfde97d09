#!/bin/sh
# msgspec writes nan as null, which it then refuses to read as a float.
#
# Expected: an error when it is written, or nan when it is read
# Seen: null is written, and the decoder of the same type raises
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check msgspec==0.22.0
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import msgspec

written = msgspec.json.encode([1.5, float("nan"), float("inf")])
print("msgspec", msgspec.__version__)
print("written:", written.decode())
try:
    msgspec.json.decode(written, type=list[float])
except msgspec.ValidationError as error:
    print("read as list[float]:", error)
else:
    raise SystemExit("it was read")
assert written == b"[1.5,null,null]"
PYTHON
