#!/bin/sh
# With class weights, a target as an index and the same target as one-hot probabilities have different losses.
#
# Expected: cross_entropy of class 0 and of the probabilities (1, 0, 0) are equal, with weights as without
# Seen: for indices the mean divides by the weights of the targets, for probabilities by the number of rows
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.15.0 numpy==2.4.6
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import torch
from torch.nn.functional import cross_entropy, one_hot

logits = torch.tensor([[2.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
targets = torch.tensor([0, 1])
print("torch", torch.__version__)
for weight in (None, torch.full((3,), 5.0)):
    by_index = cross_entropy(logits, targets, weight=weight).item()
    by_probability = cross_entropy(logits, one_hot(targets, 3).float(), weight=weight).item()
    print(f"weights {weight}: {by_index:.4f} by index, {by_probability:.4f} by probability")
    assert abs(by_probability / by_index - (1 if weight is None else 5)) < 1e-5
PYTHON
