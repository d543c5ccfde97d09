"""m4: SGD, RMSProp, Adam, AdamW, and schedules of the learning rate."""

from __future__ import annotations

from collections.abc import Iterable

from dlf_grader.config import Config
from dlf_grader.hookspecs import hookimpl
from dlf_grader.milestones.m4 import catalogue, catalogue_compare
from dlf_grader.model import Check, Milestone


@hookimpl
def dlf_milestones() -> Iterable[Milestone]:
    """This milestone."""
    return (catalogue.MILESTONE,)


@hookimpl
def dlf_checks(milestone: Milestone, config: Config) -> Iterable[Check]:
    """Its checks, in the order a learner meets them."""
    return (*catalogue.CHECKS, *catalogue_compare.CHECKS) if milestone is catalogue.MILESTONE else ()
