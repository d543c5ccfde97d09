#!/bin/sh
# CosineAnnealingLR raises the learning rate again after T_max steps.
#
# Expected: the rate falls to eta_min in T_max steps and stays there
# Seen: it goes back up along the same wave, to the full rate after twice as many
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.15.0 numpy==2.4.6
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import torch

optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, T_max=4)
rates = []
for _ in range(9):
    rates.append(optimiser.param_groups[0]["lr"])
    optimiser.step()
    schedule.step()
print("torch", torch.__version__, "  rates with T_max=4:", [round(rate, 3) for rate in rates])
assert abs(rates[4]) < 1e-9
assert abs(rates[8] - 1) < 1e-9
PYTHON
