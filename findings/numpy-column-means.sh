#!/bin/sh
# The mean of a float32 column depends on how it is asked for: mean(axis=0) is off by 3 % where the column's own is exact.
#
# Expected: both to about seven digits, for NumPy adds in pairs
# Seen: along axis 0 the rows are added one after the other; at three million rows 3 % are lost
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np

x = np.full((3_000_000, 2), 0.1, np.float32)
by_axis, by_column = x.mean(axis=0), [column.mean() for column in x.T]
print("numpy", np.__version__)
print("every number of x:          0.1, in float32")
print("x.mean(axis=0):            ", by_axis.tolist())
print("the mean of each column:   ", [float(mean) for mean in by_column])
print("the same, in Fortran order:", np.asfortranarray(x).mean(axis=0).tolist())
assert all(abs(mean - 0.1) > 0.002 for mean in by_axis)
assert all(abs(mean - 0.1) < 1e-6 for mean in by_column)
PYTHON
