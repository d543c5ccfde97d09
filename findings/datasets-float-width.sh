#!/bin/sh
# A float64 column of datasets comes back as float32 or float64, depending on how it is asked for.
#
# Expected: one dtype, that of the column
# Seen: a slice in NumPy's format is float32, a single row of it float64
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check datasets==5.2.0 numpy==2.4.6
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import datasets

rows = datasets.Dataset.from_dict({"x": [0.1, 0.2]}).with_format("numpy")
print("datasets", datasets.__version__)
print("column", rows.features["x"].dtype, "  rows[:]", rows[:]["x"].dtype, "  rows[0]", rows[0]["x"].dtype)
assert rows.features["x"].dtype == "float64"
assert rows[:]["x"].dtype == "float32"
assert rows[0]["x"].dtype == "float64"
PYTHON
