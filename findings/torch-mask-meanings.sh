#!/bin/sh
# True in a mask of booleans: PyTorch's function and its module mean the opposite by it.
#
# Expected: scaled_dot_product_attention and MultiheadAttention read attn_mask alike
# Seen: True lets a query attend in the function, and forbids it in the module
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.15.0 numpy==2.4.6
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import torch

torch.manual_seed(0)
keys, first_only = torch.randn(1, 3, 4), torch.tensor([[True, False, False]])
query = torch.randn(1, 1, 4)
values = torch.eye(3).reshape(1, 3, 3)  # so that the output is the weights
function = torch.nn.functional.scaled_dot_product_attention(query, keys, values, attn_mask=first_only)
module = torch.nn.MultiheadAttention(4, 1, batch_first=True)
_, weights = module(query, keys, keys, attn_mask=first_only)
print("torch", torch.__version__, "mask", first_only.tolist())
print("weights of scaled_dot_product_attention:", function[0, 0].tolist())
print("weights of MultiheadAttention:          ", weights[0, 0].tolist())
assert function[0, 0].tolist() == [1, 0, 0]
assert weights[0, 0, 0] == 0 and weights[0, 0, 1:].gt(0).all()
PYTHON
