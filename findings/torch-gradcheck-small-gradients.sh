#!/bin/sh
# torch.autograd.gradcheck passes a backward that is twice what it should be, where gradients are small.
#
# Expected: a gradient that is wrong by a factor of two is refused, whatever the scale of the function
# Seen: differences below 1e-5 count for nothing, so a function with slopes of 1e-6 passes with any gradient of that size
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.15.0 numpy==2.4.6
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import torch


def scaled(scale):
    class Scaled(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return scale * x

        @staticmethod
        def backward(ctx, upstream):
            return 2 * scale * upstream

    return Scaled.apply


x = torch.randn(3, dtype=torch.float64, requires_grad=True)
seen = {scale: torch.autograd.gradcheck(scaled(scale), (x,), raise_exception=False) for scale in (1.0, 1e-3, 1e-6)}
print("torch", torch.__version__, "  is a doubled gradient right, by the slope:", seen)
assert seen == {1.0: False, 1e-3: False, 1e-6: True}
PYTHON
