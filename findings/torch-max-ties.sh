#!/bin/sh
# How PyTorch shares the gradient of a maximum among equal numbers depends on how max is called.
#
# Expected: max() and max(dim=0) of one axis have the same gradient
# Seen: max() and amax share it out, max(dim=0) gives all of it to one
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.15.0 numpy==2.4.6
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import torch


def gradient(maximum):
    x = torch.ones(2, requires_grad=True)
    maximum(x).backward()
    return x.grad.tolist()


print("torch", torch.__version__)
whole, amax, along = (gradient(f) for f in (torch.max, torch.amax, lambda x: x.max(dim=0).values))
print("x.max():", whole, "  x.amax():", amax, "  x.max(dim=0).values:", along)
assert whole == amax == [0.5, 0.5]
assert along == [1.0, 0.0]
PYTHON
