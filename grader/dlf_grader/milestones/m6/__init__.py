"""m6: byte pairs, rotary positions, causal attention with a cache, the decoder block, sampling, a language model."""

from __future__ import annotations

from collections.abc import Iterable

from dlf_grader.config import Config
from dlf_grader.hookspecs import hookimpl
from dlf_grader.milestones.m6 import bpe, causal, decoder, model, rmsnorm, rotary, sampling, swiglu
from dlf_grader.model import Check, Milestone

ROOMS = (bpe, rmsnorm, rotary, causal, swiglu, decoder, sampling, model)
MILESTONE = Milestone("m6", "language", "m6_language", tuple(room.EXERCISE for room in ROOMS))


@hookimpl
def dlf_milestones() -> Iterable[Milestone]:
    """This milestone."""
    return (MILESTONE,)


@hookimpl
def dlf_checks(milestone: Milestone, config: Config) -> Iterable[Check]:
    """Its checks, in the order a learner meets them."""
    return (check for room in ROOMS for check in room.CHECKS) if milestone is MILESTONE else ()
