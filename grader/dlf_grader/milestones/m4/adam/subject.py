"""Adam and AdamW as subjects, one for each thing that they learn: their cases, and the networks they train."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from dlf_grader.instruments.case import Case, RngFor
from dlf_grader.instruments.optimiser import Optimiser
from dlf_grader.milestones.m4.adam import mistakes
from dlf_grader.milestones.m4.mistaken_rules import EVERY
from dlf_grader.milestones.m4.networks import compared, small
from dlf_grader.milestones.m4.trajectories import ORACLE, Options, ladder, long, once, with_defaults

BY_HAND: Options = {"lr": 0.5, "betas": (0.5, 0.75), "eps": 1.0}  # an eps that shows
USUAL: Options = {"lr": 0.01, "betas": (0.9, 0.99), "eps": 1e-3}
LONG: tuple[Options, ...] = (
    {"lr": 0.01},
    {"lr": 0.01, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.05},
)
ALL = BY_HAND | {"weight_decay": 0.5}


def _plain(rng_for: RngFor) -> Iterator[Case]:
    yield from ladder("Adam", rng_for, BY_HAND)
    yield from ladder("Adam", rng_for, USUAL, first=8)
    yield with_defaults("Adam", rng_for(15))


def _weight_decay(rng_for: RngFor) -> Iterator[Case]:
    yield from ladder("Adam", rng_for, BY_HAND | {"weight_decay": 0.5})
    yield from ladder("Adam", rng_for, USUAL | {"weight_decay": 0.1}, first=8)


def _decoupled(rng_for: RngFor) -> Iterator[Case]:
    yield from ladder("AdamW", rng_for, BY_HAND | {"weight_decay": 0.5})
    yield from ladder("AdamW", rng_for, USUAL | {"weight_decay": 0.1}, first=8)
    yield from ladder("AdamW", rng_for, USUAL | {"weight_decay": 0.0}, rungs=3, first=15)
    yield with_defaults("AdamW", rng_for(18))


_adam = partial(Optimiser, name="Adam", oracle=ORACLE)
ADAM = _adam(cases=_plain, mistakes=mistakes.BOTH)
WEIGHT_DECAY = _adam(cases=_weight_decay, mistakes=mistakes.WEIGHT_DECAY)
TRAJECTORY = _adam(cases=long("Adam", LONG), mistakes=EVERY)
IN_PLACE = _adam(cases=once("Adam", ALL))
LEARNS = small("Adam", cnn={"lr": 0.01}, lstm={"lr": 0.02})

_adamw = partial(Optimiser, name="AdamW", oracle=ORACLE)
ADAMW = _adamw(cases=_decoupled, mistakes=mistakes.ADAMW)
ADAMW_TRAJECTORY = _adamw(cases=long("AdamW", LONG), mistakes=EVERY)
ADAMW_IN_PLACE = _adamw(cases=once("AdamW", ALL))
ADAMW_LEARNS = small("AdamW", cnn={"lr": 0.01}, lstm={"lr": 0.02})

COMPARED = compared("Adam", "AdamW")
