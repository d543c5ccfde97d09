#!/bin/sh
# Dropout, and randn_like, draw in the order of memory: equal images in another layout lose other pixels.
#
# Expected: with one seed, two tensors that are equal have the same elements dropped
# Seen: channels-last and contiguous copies of the same images differ in what is dropped, and in randn_like
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.15.0 numpy==2.4.6
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import torch

images = torch.ones(2, 3, 8, 8)
other = images.to(memory_format=torch.channels_last)


def drawn(function, x):
    torch.manual_seed(0)
    return function(x)


print("torch", torch.__version__, " equal inputs:", torch.equal(images, other))
for function in (torch.nn.functional.dropout, torch.randn_like):
    first, second, again = (drawn(function, x) for x in (images, other, images))
    print(f"{function.__name__}: {int((first != second).sum())} of {images.numel()} numbers differ between the layouts")
    assert torch.equal(first, again) and not torch.equal(first, second)
PYTHON
