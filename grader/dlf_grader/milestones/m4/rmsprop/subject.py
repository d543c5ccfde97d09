"""RMSProp as subjects, one for each thing that it learns: their cases, smallest first, and the networks it trains."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from dlf_grader.instruments.case import Case, RngFor
from dlf_grader.milestones.m4.every_rule import EVERY
from dlf_grader.milestones.m4.formula import Ruled
from dlf_grader.milestones.m4.networks import compared, small
from dlf_grader.milestones.m4.rmsprop import mistakes
from dlf_grader.milestones.m4.trajectories import ORACLE, Options, ladder, long, once, with_defaults

BY_HAND: Options = {"lr": 0.5, "alpha": 0.75, "eps": 1.0}  # the root of 1/4 is a whole 1/2; an eps that shows
PUSHED = BY_HAND | {"momentum": 0.625}
LONG: tuple[Options, ...] = (
    {"lr": 0.01},
    {"lr": 0.01, "alpha": 0.9, "eps": 1e-3, "momentum": 0.5, "weight_decay": 0.01},
)


def _plain(rng_for: RngFor) -> Iterator[Case]:
    yield from ladder("RMSProp", rng_for, BY_HAND)
    yield with_defaults("RMSProp", rng_for(9))


def _momentum(rng_for: RngFor) -> Iterator[Case]:
    yield from ladder("RMSProp", rng_for, PUSHED)


def _weight_decay(rng_for: RngFor) -> Iterator[Case]:
    yield from ladder("RMSProp", rng_for, BY_HAND | {"weight_decay": 0.25}, by_hand=3, drawn=0)
    yield from ladder("RMSProp", rng_for, PUSHED | {"weight_decay": 0.25}, by_hand=0, first=11)


_rmsprop = partial(Ruled, name="RMSProp", oracle=ORACLE, slips=mistakes.SLIPS)
RMSPROP = _rmsprop(cases=_plain, mistakes=(*EVERY, *mistakes.DEFAULTS, *mistakes.PLAIN))
MOMENTUM = _rmsprop(cases=_momentum, mistakes=(*EVERY, *mistakes.MOMENTUM))
WEIGHT_DECAY = _rmsprop(cases=_weight_decay, mistakes=(*EVERY, *mistakes.WEIGHT_DECAY))
TRAJECTORY = _rmsprop(cases=long("RMSProp", LONG), mistakes=EVERY)
IN_PLACE = _rmsprop(cases=once("RMSProp", BY_HAND | {"momentum": 0.5, "weight_decay": 0.5}))
LEARNS = small("RMSProp", cnn={"lr": 0.003}, lstm={"lr": 0.01, "alpha": 0.9})
COMPARED = compared("RMSProp")
