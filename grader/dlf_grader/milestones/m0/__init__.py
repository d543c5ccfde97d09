"""m0: layers, losses, gradient checking, a multilayer perceptron."""

from __future__ import annotations

from collections.abc import Iterable

from dlf_grader.config import Config
from dlf_grader.hookspecs import hookimpl
from dlf_grader.milestones.m0 import gradcheck, layers, losses, mlp
from dlf_grader.model import Check, Milestone

ROOMS = (layers, losses, gradcheck, mlp)
MILESTONE = Milestone("m0", "mlp", "m0_mlp", tuple(room.EXERCISE for room in ROOMS))


@hookimpl
def dlf_milestones() -> Iterable[Milestone]:
    """This milestone."""
    return (MILESTONE,)


@hookimpl
def dlf_checks(milestone: Milestone, config: Config) -> Iterable[Check]:
    """Its checks, in the order a learner meets them."""
    return (check for room in ROOMS for check in room.CHECKS) if milestone is MILESTONE else ()
