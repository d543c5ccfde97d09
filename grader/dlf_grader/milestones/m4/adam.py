"""Adam and AdamW: their cases and checks; what people get wrong is in `adam_mistakes`."""

from __future__ import annotations

from collections.abc import Iterator

from dlf_grader.instruments_old.layer import Case, RngFor
from dlf_grader.milestones.m4 import adam_mistakes, adamw_mistakes, learning
from dlf_grader.milestones.m4.courses import long_courses, with_defaults
from dlf_grader.milestones.m4.in_place import in_place as stays_in_place
from dlf_grader.milestones.m4.trajectory import Options, follows, ladder

BY_HAND: Options = {"lr": 0.5, "betas": (0.5, 0.75), "eps": 1.0}  # an eps that shows
USUAL: Options = {"lr": 0.01, "betas": (0.9, 0.99), "eps": 1e-3}


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


OPTIONS = ({"lr": 0.01}, {"lr": 0.01, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.05})
EVERY = BY_HAND | {"weight_decay": 0.5}

step = follows(_plain, adam_mistakes.ADAM_PLAIN)
weight_decay = follows(_weight_decay, adam_mistakes.ADAM_DECAY)
course = follows(long_courses("Adam", OPTIONS), ())
in_place = stays_in_place("Adam", EVERY)
decoupled = follows(_decoupled, adamw_mistakes.ADAMW_MISTAKES)
decoupled_course = follows(long_courses("AdamW", OPTIONS), ())
decoupled_in_place = stays_in_place("AdamW", EVERY)
learns = learning.adam
decoupled_learns = learning.adamw
