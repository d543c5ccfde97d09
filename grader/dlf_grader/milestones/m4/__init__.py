"""m4: SGD, RMSProp, Adam, AdamW, and schedules of the learning rate."""

from __future__ import annotations

from collections.abc import Iterable

from dlf_grader.config import Config
from dlf_grader.hookspecs import hookimpl
from dlf_grader.milestones.m4 import adam, rmsprop, schedules, sgd
from dlf_grader.model import Check, Milestone

MILESTONE = Milestone(
    "m4", "optimisers", "m4_optimisers", (sgd.EXERCISE, rmsprop.EXERCISE, adam.EXERCISE, schedules.EXERCISE)
)
CHECKS = (*sgd.CHECKS, *rmsprop.CHECKS, *adam.CHECKS, *schedules.CHECKS, sgd.COMPARED, rmsprop.COMPARED, adam.COMPARED)


@hookimpl
def dlf_milestones() -> Iterable[Milestone]:
    """This milestone."""
    return (MILESTONE,)


@hookimpl
def dlf_checks(milestone: Milestone, config: Config) -> Iterable[Check]:
    """Its checks, in the order a learner meets them."""
    return CHECKS if milestone is MILESTONE else ()
