#!/bin/sh
# A query that may attend to nothing: PyTorch's function and its module disagree.
#
# Expected: the same output from scaled_dot_product_attention and MultiheadAttention for the same mask
# Seen: zeros from the function, nan from the module
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.15.0 numpy==2.4.6
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import torch

torch.manual_seed(0)
x = torch.randn(1, 2, 4)
may_attend = torch.tensor([[False, False], [True, False]])  # the first query may not attend at all
function = torch.nn.functional.scaled_dot_product_attention(x, x, x, attn_mask=may_attend)
module, _ = torch.nn.MultiheadAttention(4, 1, batch_first=True)(x, x, x, attn_mask=~may_attend)
print("torch", torch.__version__)
print("scaled_dot_product_attention:", function[0, 0].tolist())
print("MultiheadAttention:          ", module[0, 0].tolist())
assert function[0, 0].eq(0).all()
assert module[0, 0].isnan().all()
PYTHON
