#!/bin/sh
# All layers of a TransformerEncoder start with the same weights.
#
# Expected: layers are initialised independently, as when each is made by itself
# Seen: the encoder copies the one layer it is given, weights and all
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.15.0 numpy==2.4.6
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import torch

torch.manual_seed(0)
layer = torch.nn.TransformerEncoderLayer(d_model=8, nhead=2, batch_first=True)
encoder = torch.nn.TransformerEncoder(layer, num_layers=3)
first, *others = [torch.nn.utils.parameters_to_vector(each.parameters()) for each in encoder.layers]
print("torch", torch.__version__)
print("layers that start as the first one:", sum(torch.equal(first, each) for each in others), "of", len(others))
assert all(torch.equal(first, each) for each in others)
PYTHON
