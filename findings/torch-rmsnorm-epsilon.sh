#!/bin/sh
# torch.nn.RMSNorm divides by another number in float32 than in float64.
#
# Expected: one small constant, as LayerNorm's 1e-5, so that the two agree to float32's digits
# Seen: eps is None and stands for the dtype's machine epsilon: 0.28 in float32, 1.0 in float64
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.15.0 numpy==2.4.6
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import torch

x = torch.full((1, 2), 1e-4, dtype=torch.float64)
norm = torch.nn.RMSNorm(2)
single = norm(x.float()).flatten()[0].item()
double = norm.double()(x).flatten()[0].item()
print("torch", torch.__version__, "eps", norm.eps)
print("RMSNorm of [1e-4, 1e-4] in float32:", single)
print("RMSNorm of [1e-4, 1e-4] in float64:", double)
assert norm.eps is None
assert abs(single - 0.278) < 1e-3
assert abs(double - 1) < 1e-6
PYTHON
