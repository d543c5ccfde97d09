#!/bin/sh
# MultiheadAttention starts with smaller projections of queries, keys and values if all three have one size.
#
# Expected: Xavier's bound for a projection of E numbers to E, sqrt(6 / (E + E)), whatever size the values have
# Seen: with equal sizes the three lie in one matrix (3E, E), and the bound is that matrix's, sqrt(6 / (E + 3E)): 0.71 times
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.15.0 numpy==2.4.6
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import math

import torch

E = 64
torch.manual_seed(0)
packed = torch.nn.MultiheadAttention(E, num_heads=2)
apart = torch.nn.MultiheadAttention(E, num_heads=2, vdim=E // 2)  # keys still have E numbers
largest = [packed.in_proj_weight[:E].abs().max().item(), apart.q_proj_weight.abs().max().item()]
bounds = [math.sqrt(6 / (E + 3 * E)), math.sqrt(6 / (E + E))]
print("torch", torch.__version__)
print(f"queries' projection, values of {E} numbers: at most {largest[0]:.4f}, bound {bounds[0]:.4f}")
print(f"queries' projection, values of {E // 2} numbers: at most {largest[1]:.4f}, bound {bounds[1]:.4f}")
for number, bound in zip(largest, bounds):
    assert 0.99 * bound < number <= bound * (1 + 1e-6)
PYTHON
