"""RMSProp: its cases and checks; what people get wrong is in `rmsprop_mistakes`."""

from __future__ import annotations

from collections.abc import Iterator

from dlf_grader.instruments_old.layer import Case, RngFor
from dlf_grader.milestones.m4 import learning, rmsprop_mistakes
from dlf_grader.milestones.m4.courses import long_courses, with_defaults
from dlf_grader.milestones.m4.in_place import in_place as stays_in_place
from dlf_grader.milestones.m4.trajectory import follows, ladder

NAME = "RMSProp"
BY_HAND = {"lr": 0.5, "alpha": 0.75, "eps": 1.0}  # the root of 1/4 is a whole 1/2; an eps that shows


def _plain(rng_for: RngFor) -> Iterator[Case]:
    yield from ladder(NAME, rng_for, BY_HAND)
    yield from ladder(NAME, rng_for, {"lr": 0.1, "alpha": 0.9, "eps": 1e-2}, first=8)
    yield with_defaults(NAME, rng_for(15))


def _momentum(rng_for: RngFor) -> Iterator[Case]:
    yield from ladder(NAME, rng_for, BY_HAND | {"momentum": 0.5})
    yield from ladder(NAME, rng_for, {"lr": 0.1, "alpha": 0.9, "momentum": 0.9}, first=8)


def _weight_decay(rng_for: RngFor) -> Iterator[Case]:
    yield from ladder(NAME, rng_for, BY_HAND | {"weight_decay": 0.5})
    yield from ladder(NAME, rng_for, BY_HAND | {"weight_decay": 0.1, "momentum": 0.5}, first=8)


OPTIONS = ({"lr": 0.01}, {"lr": 0.01, "alpha": 0.9, "eps": 1e-3, "momentum": 0.5, "weight_decay": 0.01})

step = follows(_plain, rmsprop_mistakes.PLAIN)
momentum = follows(_momentum, rmsprop_mistakes.MOMENTUM)
weight_decay = follows(_weight_decay, rmsprop_mistakes.DECAY)
course = follows(long_courses(NAME, OPTIONS), ())
in_place = stays_in_place(NAME, BY_HAND | {"momentum": 0.5, "weight_decay": 0.5})
learns = learning.rmsprop
