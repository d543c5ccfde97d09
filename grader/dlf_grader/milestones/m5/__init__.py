"""m5: a tensor that differentiates itself, and networks built of it."""

from __future__ import annotations

from collections.abc import Iterable

from dlf_grader.config import Config
from dlf_grader.hookspecs import hookimpl
from dlf_grader.milestones.m5 import catalogue, catalogue_nn, catalogue_operations
from dlf_grader.model import Check, Milestone


@hookimpl
def dlf_milestones() -> Iterable[Milestone]:
    """This milestone."""
    return (catalogue.MILESTONE,)


@hookimpl
def dlf_checks(milestone: Milestone, config: Config) -> Iterable[Check]:
    """Its checks, in the order a learner meets them."""
    if milestone is not catalogue.MILESTONE:
        return ()
    return (*catalogue.CHECKS, *catalogue_operations.CHECKS, *catalogue_nn.CHECKS)
