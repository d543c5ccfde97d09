"""m5: a tensor that differentiates itself, and networks built of it."""

from __future__ import annotations

from collections.abc import Iterable

from dlf_grader.config import Config
from dlf_grader.hookspecs import hookimpl
from dlf_grader.milestones.m5 import arithmetic, functions, nn, tensor
from dlf_grader.milestones.m5.exercises import TENSOR
from dlf_grader.model import Check, Milestone

MILESTONE = Milestone("m5", "autograd", "m5_autograd", (TENSOR, nn.EXERCISE))


@hookimpl
def dlf_milestones() -> Iterable[Milestone]:
    """This milestone."""
    return (MILESTONE,)


@hookimpl
def dlf_checks(milestone: Milestone, config: Config) -> Iterable[Check]:
    """Its checks, in the order a learner meets them."""
    if milestone is not MILESTONE:
        return ()
    operations = (*arithmetic.CHECKS, *functions.CHECKS)
    return (*tensor.CHECKS, *operations, *tensor.AFTER_OPERATIONS, *nn.CHECKS)
