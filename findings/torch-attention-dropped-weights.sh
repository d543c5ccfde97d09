#!/bin/sh
# In training, the weights that MultiheadAttention returns are those after dropout: a query's no longer sum to 1.
#
# Expected: need_weights=True gives the softmax's weights, which sum to 1, with dropout or without
# Seen: some are zero and the others doubled (dropout=0.5), so sums lie well below and above 1; in evaluation they are 1
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.15.0 numpy==2.4.6
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import torch

torch.manual_seed(0)
attention = torch.nn.MultiheadAttention(8, num_heads=2, dropout=0.5, batch_first=True)
x = torch.randn(1, 4, 8)
_, in_training = attention(x, x, x, need_weights=True)
_, in_evaluation = attention.eval()(x, x, x, need_weights=True)
print("torch", torch.__version__)
print("sums of a query's weights in training:  ", [round(each, 3) for each in in_training.sum(-1)[0].tolist()])
print("sums of a query's weights in evaluation:", [round(each, 3) for each in in_evaluation.sum(-1)[0].tolist()])
assert (in_training.sum(-1) - 1).abs().max() > 0.1
assert torch.allclose(in_evaluation.sum(-1), torch.ones(1, 4))
PYTHON
