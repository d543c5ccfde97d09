"""RMSProp as subjects, one for each thing that it learns: their cases, smallest first, and the networks it trains."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from dlf_grader.instruments.case import Case, RngFor
from dlf_grader.instruments.optimiser import Optimiser
from dlf_grader.milestones.m4.mistaken_rules import EVERY
from dlf_grader.milestones.m4.networks import compared, small
from dlf_grader.milestones.m4.rmsprop import mistakes
from dlf_grader.milestones.m4.trajectories import ORACLE, Options, ladder, long, once, with_defaults

BY_HAND: Options = {"lr": 0.5, "alpha": 0.75, "eps": 1.0}  # the root of 1/4 is a whole 1/2; an eps that shows
LONG: tuple[Options, ...] = (
    {"lr": 0.01},
    {"lr": 0.01, "alpha": 0.9, "eps": 1e-3, "momentum": 0.5, "weight_decay": 0.01},
)


def _plain(rng_for: RngFor) -> Iterator[Case]:
    yield from ladder("RMSProp", rng_for, BY_HAND)
    yield from ladder("RMSProp", rng_for, {"lr": 0.1, "alpha": 0.9, "eps": 1e-2}, first=8)
    yield with_defaults("RMSProp", rng_for(15))


def _momentum(rng_for: RngFor) -> Iterator[Case]:
    yield from ladder("RMSProp", rng_for, BY_HAND | {"momentum": 0.5})
    yield from ladder("RMSProp", rng_for, {"lr": 0.1, "alpha": 0.9, "momentum": 0.9}, first=8)


def _weight_decay(rng_for: RngFor) -> Iterator[Case]:
    yield from ladder("RMSProp", rng_for, BY_HAND | {"weight_decay": 0.5})
    yield from ladder("RMSProp", rng_for, BY_HAND | {"weight_decay": 0.1, "momentum": 0.5}, first=8)


_rmsprop = partial(Optimiser, name="RMSProp", oracle=ORACLE)
RMSPROP = _rmsprop(cases=_plain, mistakes=mistakes.PLAIN)
MOMENTUM = _rmsprop(cases=_momentum, mistakes=mistakes.MOMENTUM)
WEIGHT_DECAY = _rmsprop(cases=_weight_decay, mistakes=mistakes.WEIGHT_DECAY)
TRAJECTORY = _rmsprop(cases=long("RMSProp", LONG), mistakes=EVERY)
IN_PLACE = _rmsprop(cases=once("RMSProp", BY_HAND | {"momentum": 0.5, "weight_decay": 0.5}))
LEARNS = small("RMSProp", cnn={"lr": 0.003}, lstm={"lr": 0.01, "alpha": 0.9})
COMPARED = compared("RMSProp")
