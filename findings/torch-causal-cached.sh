#!/bin/sh
# Causal attention of one new query over five cached keys: the newest key is hidden, and the oldest alone is seen.
#
# Expected: with is_causal=True the last query sees every key, as it does when all queries are asked at once
# Seen: the triangle starts at the first query and the first key, however many keys there are: one query sees one key
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.15.0 numpy==2.4.6
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import torch
from torch.nn.attention.bias import causal_lower_right
from torch.nn.functional import scaled_dot_product_attention

torch.manual_seed(0)
q, k, v = torch.randn(3, 1, 1, 5, 4)  # (N, heads, T, d)
at_once = scaled_dot_product_attention(q, k, v, is_causal=True)[..., -1, :]
last = q[..., -1:, :]
one = scaled_dot_product_attention(last, k, v, is_causal=True)[..., 0, :]
aligned = scaled_dot_product_attention(last, k, v, attn_mask=causal_lower_right(1, 5))[..., 0, :]
print("torch", torch.__version__)
print("the last of five queries:            ", at_once.flatten().tolist())
print("that query alone, is_causal=True:    ", one.flatten().tolist())
print("the value of the first key:          ", v[..., 0, :].flatten().tolist())
print("that query alone, causal_lower_right:", aligned.flatten().tolist())
assert torch.equal(one, v[..., 0, :])
assert torch.allclose(aligned, at_once)
assert not torch.allclose(one, at_once)
PYTHON
