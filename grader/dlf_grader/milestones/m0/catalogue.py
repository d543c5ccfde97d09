"""What m0 checks, worth 100 points with its training: tables to read; the checks themselves are beside them."""

from __future__ import annotations

from dlf_grader.milestones.m0 import layers
from dlf_grader.milestones.m0.catalogue_losses import CROSS_ENTROPY, MSE
from dlf_grader.milestones.m0.catalogue_network import GRADCHECKS, NETWORK
from dlf_grader.model import Check, Exercise, Milestone

FILES = ("layers", "losses", "gradcheck", "mlp")
MILESTONE = Milestone("m0", "mlp", "m0_mlp", tuple(Exercise(f"m0_mlp/{name}.py") for name in FILES))
CHECKS: tuple[Check, ...] = (*layers.CHECKS, *MSE, *CROSS_ENTROPY, *GRADCHECKS, *NETWORK)
