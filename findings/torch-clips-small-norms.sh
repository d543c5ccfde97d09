#!/bin/sh
# torch.nn.utils.clip_grad_norm_ clips small gradients to less than it is asked to.
#
# Expected: a gradient of length 1e-6, clipped to 1e-7, has the length 1e-7
# Seen: 5e-8: the factor is max_norm / (norm + 1e-6)
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.15.0 numpy==2.4.6
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import torch

weight = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
weight.grad = torch.tensor([1e-6], dtype=torch.float64)
torch.nn.utils.clip_grad_norm_([weight], max_norm=1e-7)
print("torch", torch.__version__)
print("length after clipping to 1e-7:", weight.grad.item())
assert abs(weight.grad.item() - 5e-8) < 1e-12
PYTHON
