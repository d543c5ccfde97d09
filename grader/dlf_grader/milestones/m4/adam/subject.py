"""Adam and AdamW as subjects, one for each thing that they learn: their cases, and the networks they train."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from dlf_grader.instruments.case import Case, RngFor
from dlf_grader.milestones.m4.adam import decay, mistakes
from dlf_grader.milestones.m4.every_rule import EVERY
from dlf_grader.milestones.m4.formula import Ruled
from dlf_grader.milestones.m4.networks import compared, small
from dlf_grader.milestones.m4.trajectories import ORACLE, Options, ladder, long, once, with_defaults

BY_HAND: Options = {"lr": 0.5, "betas": (0.75, 0.875), "eps": 1.0}  # an eps that shows
DECAYING = BY_HAND | {"weight_decay": 0.25}
LONG: tuple[Options, ...] = (
    {"lr": 0.01},
    {"lr": 0.01, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.05},
)


def _plain(rng_for: RngFor) -> Iterator[Case]:
    yield from ladder("Adam", rng_for, BY_HAND)
    yield with_defaults("Adam", rng_for(9))


def _weight_decay(rng_for: RngFor) -> Iterator[Case]:
    yield from ladder("Adam", rng_for, DECAYING)


def _decoupled(rng_for: RngFor) -> Iterator[Case]:
    yield from ladder("AdamW", rng_for, DECAYING)
    yield from ladder("AdamW", rng_for, BY_HAND | {"weight_decay": 0.0}, by_hand=0, drawn=1, first=11)
    yield with_defaults("AdamW", rng_for(19))


_adam = partial(Ruled, name="Adam", oracle=ORACLE, slips=mistakes.ADAM_SLIPS)
ADAM = _adam(cases=_plain, mistakes=(*EVERY, *mistakes.ADAM_DEFAULTS, *mistakes.BOTH))
WEIGHT_DECAY = _adam(cases=_weight_decay, mistakes=(*EVERY, *decay.WEIGHT_DECAY))
TRAJECTORY = _adam(cases=long("Adam", LONG), mistakes=EVERY)
IN_PLACE = _adam(cases=once("Adam", DECAYING))
LEARNS = small("Adam", cnn={"lr": 0.01}, lstm={"lr": 0.02})

_adamw = partial(Ruled, name="AdamW", oracle=ORACLE, slips=mistakes.ADAMW_SLIPS)
ADAMW = _adamw(cases=_decoupled, mistakes=(*EVERY, *mistakes.ADAMW_DEFAULTS, *decay.DECOUPLED))
ADAMW_TRAJECTORY = _adamw(cases=long("AdamW", LONG), mistakes=EVERY)
ADAMW_IN_PLACE = _adamw(cases=once("AdamW", DECAYING))
ADAMW_LEARNS = small("AdamW", cnn={"lr": 0.01}, lstm={"lr": 0.02})

COMPARED = compared("Adam", "AdamW")
