#!/bin/sh
# torch.randn(15) and torch.randn(16) share no number, though both start from one seed.
#
# Expected: the first fifteen numbers of a seed are the same, however many are drawn, as with NumPy's Generator
# Seen: fewer than 16 numbers are drawn one by one, 16 or more in blocks, and the last block of 17 overwrites the first
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.15.0 numpy==2.4.6
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import numpy as np
import torch


def drawn(count):
    torch.manual_seed(0)
    return torch.randn(count)


print("torch", torch.__version__, "numpy", np.__version__)
for few, more in ((15, 16), (16, 17), (16, 32)):
    same = int((drawn(few) == drawn(more)[:few]).sum())
    print(f"randn({few}) and randn({more}) share {same} of {few} numbers")
rng = [np.random.default_rng(0).standard_normal(count) for count in (15, 16)]
print("NumPy's share", int((rng[0] == rng[1][:15]).sum()), "of 15")
assert not (drawn(15) == drawn(16)[:15]).any()
assert (drawn(16) == drawn(17)[:16]).sum() == 1
assert torch.equal(drawn(16), drawn(32)[:16])
assert (rng[0] == rng[1][:15]).all()
PYTHON
