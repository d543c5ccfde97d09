"""m3: attention, layer normalisation, the encoder block, a small text classifier."""

from __future__ import annotations

from collections.abc import Iterable

from dlf_grader.config import Config
from dlf_grader.hookspecs import hookimpl
from dlf_grader.milestones.m3 import catalogue, catalogue_encoder
from dlf_grader.model import Check, Milestone


@hookimpl
def dlf_milestones() -> Iterable[Milestone]:
    """This milestone."""
    return (catalogue.MILESTONE,)


@hookimpl
def dlf_checks(milestone: Milestone, config: Config) -> Iterable[Check]:
    """Its checks, in the order a learner meets them."""
    return (*catalogue.CHECKS, *catalogue_encoder.CHECKS) if milestone is catalogue.MILESTONE else ()
