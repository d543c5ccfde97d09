#!/bin/sh
# The same TransformerEncoder, without dropout: what stands at padding is zero in evaluation, and not in training.
#
# Expected: with dropout=0 train() and eval() give the same output
# Seen: under no_grad in evaluation the padded places are zeros, so a mean over all places differs
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.15.0 numpy==2.4.6
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import torch
from torch import nn

torch.manual_seed(0)
layer = nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0, batch_first=True)
encoder = nn.TransformerEncoder(layer, num_layers=1)
x, padding = torch.randn(1, 3, 4), torch.tensor([[False, False, True]])
with torch.no_grad():
    training = encoder.train()(x, src_key_padding_mask=padding)
    evaluation = encoder.eval()(x, src_key_padding_mask=padding)
print("torch", torch.__version__)
print("padded place, training:  ", training[0, 2].tolist())
print("padded place, evaluation:", evaluation[0, 2].tolist())
print("mean over all places, training:  ", training.mean(dim=1)[0].tolist())
print("mean over all places, evaluation:", evaluation.mean(dim=1)[0].tolist())
assert torch.allclose(training[0, :2], evaluation[0, :2], atol=1e-5)
assert evaluation[0, 2].eq(0).all()
assert training[0, 2].abs().min() > 0
PYTHON
