"""m3: attention, layer normalisation, the encoder block, a small text classifier."""

from __future__ import annotations

from collections.abc import Iterable

from dlf_grader.config import Config
from dlf_grader.hookspecs import hookimpl
from dlf_grader.milestones.m3 import attention, classifier, encoder, layernorm, multihead, scores
from dlf_grader.model import Check, Milestone

ROOMS = (attention, scores, layernorm, multihead, encoder, classifier)
MILESTONE = Milestone("m3", "attention", "m3_attention", tuple(room.EXERCISE for room in ROOMS))


@hookimpl
def dlf_milestones() -> Iterable[Milestone]:
    """This milestone."""
    return (MILESTONE,)


@hookimpl
def dlf_checks(milestone: Milestone, config: Config) -> Iterable[Check]:
    """Its checks, in the order a learner meets them."""
    return (check for room in ROOMS for check in room.CHECKS) if milestone is MILESTONE else ()
