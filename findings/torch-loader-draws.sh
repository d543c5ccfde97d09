#!/bin/sh
# A DataLoader that does not shuffle draws a random number: looking at held-out examples changes the training after it.
#
# Expected: a pass over a DataLoader without shuffling, workers or a sampler leaves the state of the random numbers as it was
# Seen: each pass draws a seed for its workers, though it has none, from the global generator; with one of its own it does not
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.15.0 numpy==2.4.6
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import torch
from torch.utils.data import DataLoader, TensorDataset

held_out = TensorDataset(torch.arange(4.0))


def next_number(**options):
    torch.manual_seed(0)
    if options:
        list(DataLoader(held_out, batch_size=2, shuffle=False, **options))
    return torch.rand(1).item()


untouched = next_number()
after_pass = next_number(num_workers=0)
after_own = next_number(num_workers=0, generator=torch.Generator())
print("torch", torch.__version__)
print("the next random number:", untouched, " after a pass:", after_pass, " with a generator of its own:", after_own)
assert after_pass != untouched == after_own
PYTHON
