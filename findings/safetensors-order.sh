#!/bin/sh
# Tensors come back from safetensors in another order than they were saved in, and in another one in each process.
#
# Expected: load gives a dict in the order of save's, as torch.load and numpy.load do
# Seen: the order changes from one process to the next
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check safetensors==0.8.0 numpy==2.4.6
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import subprocess
import sys

import numpy as np
import safetensors
from safetensors.numpy import save

names = [f"layer{number}" for number in range(12)]
file = save({name: np.zeros(3, np.float32) for name in names})
load = "import sys; from safetensors.numpy import load; print(*load(sys.stdin.buffer.read()))"
orders = {subprocess.run([sys.executable, "-c", load], input=file, capture_output=True).stdout for _ in range(5)}
print("safetensors", safetensors.__version__, "  orders in five processes:", len(orders))
print(min(orders).decode().strip())
assert len(orders) > 1
assert all(sorted(order.decode().split()) == sorted(names) for order in orders)
PYTHON
