#!/bin/sh
# OneCycleLR sets the momentum of its optimiser, too: Adam's beta1 is 0.95 from the moment that it is made.
#
# Expected: a schedule of the learning rate leaves betas=(0.9, 0.999), and momentum=0.5, as they were given
# Seen: both become 0.95, fall to 0.85 while the rate rises, and climb again; cycle_momentum=False leaves them alone
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.15.0 numpy==2.4.6
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import torch
from torch.optim.lr_scheduler import OneCycleLR


def momenta(optimiser, read, **options):
    schedule = OneCycleLR(optimiser, max_lr=0.1, total_steps=11, pct_start=0.5, **options)
    found = []
    for _ in range(10):
        found.append(round(read(optimiser.param_groups[0]), 4))
        optimiser.step()
        schedule.step()
    return found


weights = [torch.nn.Parameter(torch.zeros(1))]
adam = momenta(torch.optim.Adam(weights, betas=(0.9, 0.999)), lambda group: group["betas"][0])
sgd = momenta(torch.optim.SGD(weights, lr=0.1, momentum=0.5), lambda group: group["momentum"])
kept = momenta(torch.optim.Adam(weights, betas=(0.9, 0.999)), lambda group: group["betas"][0], cycle_momentum=False)
print("torch", torch.__version__)
print("beta1 of Adam, given 0.9:", adam)
print("momentum of SGD, given 0.5:", sgd)
print("with cycle_momentum=False:", kept)
assert adam[0] == sgd[0] == 0.95 and min(adam) < 0.86 and set(kept) == {0.9}
PYTHON
