"""SGD as subjects, one for each thing that it learns: their cases, smallest first, and the networks it trains."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from dlf_grader.instruments.case import Case, RngFor
from dlf_grader.milestones.m4.every_rule import EVERY
from dlf_grader.milestones.m4.formula import Ruled
from dlf_grader.milestones.m4.networks import compared, small
from dlf_grader.milestones.m4.sgd import mistakes
from dlf_grader.milestones.m4.trajectories import ORACLE, Options, ladder, long, once, with_defaults

RATE: Options = {"lr": 0.5}
PUSHED = RATE | {"momentum": 0.75}
LONG: tuple[Options, ...] = ({"lr": 0.1}, {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01})
ALL: Options = {"lr": 0.25, "momentum": 0.5, "nesterov": True, "weight_decay": 0.5}


def _plain(rng_for: RngFor) -> Iterator[Case]:
    yield from ladder("SGD", rng_for, RATE)
    yield with_defaults("SGD", rng_for(9))


def _momentum(rng_for: RngFor) -> Iterator[Case]:
    yield from ladder("SGD", rng_for, PUSHED)


def _nesterov(rng_for: RngFor) -> Iterator[Case]:
    yield from ladder("SGD", rng_for, PUSHED | {"nesterov": True})


def _weight_decay(rng_for: RngFor) -> Iterator[Case]:
    yield from ladder("SGD", rng_for, RATE | {"weight_decay": 0.25}, by_hand=3, drawn=0)
    yield from ladder("SGD", rng_for, PUSHED | {"weight_decay": 0.25}, by_hand=0, drawn=2, first=11)
    yield from ladder("SGD", rng_for, PUSHED | {"weight_decay": 0.25, "nesterov": True}, by_hand=0, first=21)


_sgd = partial(Ruled, name="SGD", oracle=ORACLE, slips=mistakes.SLIPS)
SGD = _sgd(cases=_plain, mistakes=(*EVERY, *mistakes.DEFAULTS, *mistakes.PLAIN))
MOMENTUM = _sgd(cases=_momentum, mistakes=(*EVERY, *mistakes.MOMENTUM, *mistakes.PLAIN))
NESTEROV = _sgd(cases=_nesterov, mistakes=(*EVERY, *mistakes.NESTEROV, *mistakes.MOMENTUM, *mistakes.PLAIN))
WEIGHT_DECAY = _sgd(cases=_weight_decay, mistakes=(*EVERY, *mistakes.WEIGHT_DECAY, *mistakes.PLAIN))
TRAJECTORY = _sgd(cases=long("SGD", LONG), mistakes=EVERY)
IN_PLACE = _sgd(cases=once("SGD", ALL))
LEARNS = small("SGD", cnn={"lr": 0.05, "momentum": 0.9}, lstm={"lr": 0.3, "momentum": 0.8})
COMPARED = compared("SGD")
