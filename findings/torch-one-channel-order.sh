#!/bin/sh
# contiguous() leaves images of one channel channels-last: a convolution then answers in channels-last order.
#
# Expected: after x.contiguous() a convolution's output is contiguous, and y.view(n, -1) flattens it
# Seen: with one channel both orders count as contiguous, so nothing is copied; the strides stay, and view raises
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.15.0 numpy==2.4.6
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import torch

convolution = torch.nn.Conv2d(1, 3, 3, padding=1)
images = torch.randn(2, 1, 4, 4).to(memory_format=torch.channels_last)
copied = images.clone(memory_format=torch.contiguous_format)


def flattens(x):
    try:
        convolution(x).view(len(x), -1)
    except RuntimeError as error:
        print("  view raises:", str(error).partition(" (")[0])
        return False
    return True


print("torch", torch.__version__)
print("is_contiguous:", images.is_contiguous(), " strides after contiguous():", images.contiguous().stride())
from_contiguous = flattens(images.contiguous())
print("strides of a copy:", copied.stride())
from_copy = flattens(copied)
assert images.is_contiguous() and not from_contiguous and from_copy
PYTHON
