"""SGD: its cases and checks; what people get wrong is in `sgd_mistakes`."""

from __future__ import annotations

from collections.abc import Iterator

from dlf_grader.instruments_old.layer import Case, RngFor
from dlf_grader.milestones.m4 import learning, sgd_mistakes
from dlf_grader.milestones.m4.courses import long_courses, with_defaults
from dlf_grader.milestones.m4.in_place import in_place as stays_in_place
from dlf_grader.milestones.m4.trajectory import follows, ladder

NAME = "SGD"
RATE = {"lr": 0.5}


def _plain(rng_for: RngFor) -> Iterator[Case]:
    yield from ladder(NAME, rng_for, RATE)
    yield with_defaults(NAME, rng_for(8))


def _momentum(rng_for: RngFor) -> Iterator[Case]:
    yield from ladder(NAME, rng_for, RATE | {"momentum": 0.5})
    yield from ladder(NAME, rng_for, {"lr": 0.1, "momentum": 0.9}, first=8)


def _nesterov(rng_for: RngFor) -> Iterator[Case]:
    yield from ladder(NAME, rng_for, RATE | {"momentum": 0.5, "nesterov": True})
    yield from ladder(NAME, rng_for, {"lr": 0.1, "momentum": 0.9, "nesterov": True}, first=8)


def _weight_decay(rng_for: RngFor) -> Iterator[Case]:
    yield from ladder(NAME, rng_for, RATE | {"weight_decay": 0.5})
    yield from ladder(NAME, rng_for, RATE | {"weight_decay": 0.1, "momentum": 0.5}, first=8)
    options = RATE | {"weight_decay": 0.1, "momentum": 0.5, "nesterov": True}
    yield from ladder(NAME, rng_for, options, first=15)


OPTIONS = ({"lr": 0.1}, {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01})

step = follows(_plain, sgd_mistakes.PLAIN)
momentum = follows(_momentum, sgd_mistakes.MOMENTUM)
nesterov = follows(_nesterov, sgd_mistakes.NESTEROV)
weight_decay = follows(_weight_decay, sgd_mistakes.DECAY)
course = follows(long_courses(NAME, OPTIONS), ())
in_place = stays_in_place(NAME, {"lr": 0.25, "momentum": 0.5, "nesterov": True, "weight_decay": 0.5})
learns = learning.sgd
