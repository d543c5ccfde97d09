"""SGD as subjects, one for each thing that it learns: their cases, smallest first, and the networks it trains."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from dlf_grader.instruments.case import Case, RngFor
from dlf_grader.instruments.optimiser import Optimiser
from dlf_grader.milestones.m4.mistaken_rules import EVERY
from dlf_grader.milestones.m4.networks import compared, small
from dlf_grader.milestones.m4.sgd import mistakes
from dlf_grader.milestones.m4.trajectories import ORACLE, Options, ladder, long, once, with_defaults

RATE: Options = {"lr": 0.5}
LONG: tuple[Options, ...] = ({"lr": 0.1}, {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01})
ALL: Options = {"lr": 0.25, "momentum": 0.5, "nesterov": True, "weight_decay": 0.5}


def _plain(rng_for: RngFor) -> Iterator[Case]:
    yield from ladder("SGD", rng_for, RATE)
    yield with_defaults("SGD", rng_for(8))


def _momentum(rng_for: RngFor) -> Iterator[Case]:
    yield from ladder("SGD", rng_for, RATE | {"momentum": 0.5})
    yield from ladder("SGD", rng_for, {"lr": 0.1, "momentum": 0.9}, first=8)


def _nesterov(rng_for: RngFor) -> Iterator[Case]:
    yield from ladder("SGD", rng_for, RATE | {"momentum": 0.5, "nesterov": True})
    yield from ladder("SGD", rng_for, {"lr": 0.1, "momentum": 0.9, "nesterov": True}, first=8)


def _weight_decay(rng_for: RngFor) -> Iterator[Case]:
    yield from ladder("SGD", rng_for, RATE | {"weight_decay": 0.5})
    yield from ladder("SGD", rng_for, RATE | {"weight_decay": 0.1, "momentum": 0.5}, first=8)
    options = RATE | {"weight_decay": 0.1, "momentum": 0.5, "nesterov": True}
    yield from ladder("SGD", rng_for, options, first=15)


_sgd = partial(Optimiser, name="SGD", oracle=ORACLE)
SGD = _sgd(cases=_plain, mistakes=mistakes.PLAIN)
MOMENTUM = _sgd(cases=_momentum, mistakes=mistakes.MOMENTUM)
NESTEROV = _sgd(cases=_nesterov, mistakes=mistakes.NESTEROV)
WEIGHT_DECAY = _sgd(cases=_weight_decay, mistakes=mistakes.WEIGHT_DECAY)
TRAJECTORY = _sgd(cases=long("SGD", LONG), mistakes=EVERY)
IN_PLACE = _sgd(cases=once("SGD", ALL))
LEARNS = small("SGD", cnn={"lr": 0.05, "momentum": 0.9}, lstm={"lr": 0.3, "momentum": 0.8})
COMPARED = compared("SGD")
