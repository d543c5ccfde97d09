"""m2: embedding, RNN, LSTM, GRU, clipping by norm, a sentiment classifier."""

from __future__ import annotations

from collections.abc import Iterable

from dlf_grader.config import Config
from dlf_grader.hookspecs import hookimpl
from dlf_grader.milestones.m2 import catalogue, catalogue_gated
from dlf_grader.model import Check, Milestone


@hookimpl
def dlf_milestones() -> Iterable[Milestone]:
    """This milestone."""
    return (catalogue.MILESTONE,)


@hookimpl
def dlf_checks(milestone: Milestone, config: Config) -> Iterable[Check]:
    """Its checks, in the order a learner meets them."""
    return (*catalogue.CHECKS, *catalogue_gated.CHECKS) if milestone is catalogue.MILESTONE else ()
