#!/bin/sh
# safetensors writes a transposed NumPy array in the order of its memory.
#
# Expected: the array that was saved, or an error as for a PyTorch tensor that is not contiguous
# Seen: the numbers of the array before it was transposed, in the new shape, without a word
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check safetensors==0.8.0 numpy==2.4.6
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import numpy as np
import safetensors
from safetensors.numpy import load, save

x = np.arange(6.0).reshape(2, 3).T
loaded = load(save({"x": x}))["x"]
print("safetensors", safetensors.__version__)
print("saved ", x.tolist())
print("loaded", loaded.tolist())
assert loaded.tolist() == [[0, 1], [2, 3], [4, 5]] != x.tolist()
PYTHON
