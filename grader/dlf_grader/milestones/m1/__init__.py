"""m1: convolution, pooling, batch normalisation, LeNet, a small residual network."""

from __future__ import annotations

from collections.abc import Iterable

from dlf_grader.config import Config
from dlf_grader.hookspecs import hookimpl
from dlf_grader.milestones.m1 import batchnorm, conv, lenet, pool, resnet
from dlf_grader.model import Check, Milestone

ROOMS = (conv, pool, batchnorm, lenet, resnet)
MILESTONE = Milestone("m1", "cnn", "m1_cnn", tuple(room.EXERCISE for room in ROOMS))


@hookimpl
def dlf_milestones() -> Iterable[Milestone]:
    """This milestone."""
    return (MILESTONE,)


@hookimpl
def dlf_checks(milestone: Milestone, config: Config) -> Iterable[Check]:
    """Its checks, in the order a learner meets them."""
    checks = (check for room in ROOMS for check in room.CHECKS)
    return (*checks, *lenet.TRAININGS, *resnet.TRAININGS) if milestone is MILESTONE else ()
