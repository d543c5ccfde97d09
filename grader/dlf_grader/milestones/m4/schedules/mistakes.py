"""What people get wrong in schedules: each mistaken one as a function of the step and the options."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.defaults import wrong_defaults
from dlf_grader.instruments.mistake import Mistaken, mistake, of_case
from dlf_grader.milestones.m4.trajectories import Options
from dlf_grader.report import Diagnosis

CURVE = "the schedule"


def _rates(rate: Callable[[int, Options], float]) -> Mistaken:
    """The curve of another schedule, rate(step, options)."""

    def curve(case: Case) -> Array:
        return np.array([rate(step, case.init) for step in case.inputs[0].tolist()])

    return of_case(curve)


STATEFUL = Diagnosis(
    "earlier-calls",
    "The rate depends on earlier calls: compute it from step and the options alone, without global or stored numbers.",
)

# -- step decay -----------------------------------------------------------------------------------


def _decayed(o: Options, times: float) -> float:
    rate: float = o["base_lr"] * o.get("gamma", 0.1) ** times
    return rate


STEP_DECAY = (
    *wrong_defaults({"gamma": 0.1}, CURVE),
    mistake(
        "decays-every-step",
        CURVE,
        _rates(lambda s, o: _decayed(o, s)),
        "The rate falls at every step: it must stay for step_size steps, then fall once.",
    ),
    mistake(
        "decays-smoothly",
        CURVE,
        _rates(lambda s, o: _decayed(o, s / o["step_size"])),
        "The rate falls a little at every step: divide in whole numbers (//), so that it stays for step_size steps.",
    ),
    mistake(
        "one-step-early",
        CURVE,
        _rates(lambda s, o: _decayed(o, (s + 1) // o["step_size"])),
        "The rate falls one step too early: steps count from 0, so the first lower rate is that of step step_size.",
    ),
    mistake(
        "one-step-late",
        CURVE,
        (
            _rates(lambda s, o: _decayed(o, max(0, s - 1) // o["step_size"])),
            _rates(lambda s, o: _decayed(o, (s - 1) // o["step_size"])),
        ),
        "The rate falls one step too late: steps count from 0, so the first lower rate is that of step step_size.",
    ),
    mistake(
        "decays-once",
        CURVE,
        _rates(lambda s, o: _decayed(o, min(1, s // o["step_size"]))),
        "The rate falls only once: it must fall again after every step_size steps.",
    ),
    mistake(
        "gamma-taken-off",
        CURVE,
        _rates(lambda s, o: _decayed(o | {"gamma": 1 - o.get("gamma", 0.1)}, s // o["step_size"])),
        "The rate is multiplied by 1 - gamma: multiply it by gamma.",
    ),
    mistake(
        "gamma-not-raised",
        CURVE,
        _rates(lambda s, o: o["base_lr"] * (o.get("gamma", 0.1) * (s // o["step_size"]) if s >= o["step_size"] else 1)),
        "gamma is multiplied by the number of falls: raise it to that power.",
    ),
    mistake(
        "gamma-ignored",
        CURVE,
        _rates(lambda s, o: o["base_lr"]),
        "The rate never falls: multiply it by gamma after every step_size steps.",
    ),
    mistake(
        "gamma-divides",
        CURVE,
        _rates(lambda s, o: _decayed(o, -(s // o["step_size"]))),
        "The rate is divided by gamma, so it rises: multiply it by gamma.",
    ),
    mistake(
        "gamma-subtracted",
        CURVE,
        _rates(lambda s, o: o["base_lr"] * (1 - o.get("gamma", 0.1) * (s // o["step_size"]))),
        "The rate falls by the same amount each time: multiply it by gamma, so that it falls by the same factor.",
    ),
    mistake(
        "falls-back-up",
        CURVE,
        _rates(lambda s, o: _decayed(o, 1 if s and s % o["step_size"] == 0 else 0)),
        "The rate falls at a multiple of step_size and is base_lr after it: count the multiples so far with //.",
    ),
    mistake(
        "falls-at-once",
        CURVE,
        _rates(lambda s, o: _decayed(o, s // o["step_size"] + 1)),
        "The rate has fallen once at step 0 already: step 0 has base_lr.",
    ),
    mistake(
        "rounded",
        CURVE,
        _rates(lambda s, o: _decayed(o, round(s / o["step_size"]))),
        "The quotient is rounded to the nearest number: round it down, with //.",
    ),
    mistake(
        "fallen-at-step-one",
        CURVE,
        _rates(lambda s, o: _decayed(o, -(-s // o["step_size"]))),
        "The rate has fallen at step 1 already: steps 0 to step_size - 1 have base_lr, so divide with //.",
    ),
    mistake(
        "remainder-for-quotient",
        CURVE,
        _rates(lambda s, o: _decayed(o, s % o["step_size"])),
        "The remainder is the exponent: use the quotient, step // step_size.",
    ),
)

# -- cosine annealing -----------------------------------------------------------------------------


def _cosine(o: Options, share: float) -> float:
    low = o.get("min_lr", 0.0)
    rate: float = low + (o["base_lr"] - low) * share
    return rate


def _half_wave(s: int, o: Options) -> float:
    return (1 + math.cos(math.pi * s / o["total_steps"])) / 2


COSINE_ANNEALING = (
    *wrong_defaults({"min_lr": 0.0}, CURVE),
    mistake(
        "not-halved",
        CURVE,
        _rates(lambda s, o: _cosine(o, 2 * _half_wave(s, o))),
        "1 + cos is not halved: it runs from 2 to 0, and the share of the rate must run from 1 to 0.",
    ),
    mistake(
        "not-shifted",
        CURVE,
        _rates(lambda s, o: _cosine(o, 2 * _half_wave(s, o) - 1)),
        "The share is the cosine itself, which runs from 1 to -1: add 1 and halve.",
    ),
    mistake(
        "whole-wave",
        CURVE,
        _rates(lambda s, o: _cosine(o, (1 + math.cos(2 * math.pi * s / o["total_steps"])) / 2)),
        "The cosine runs through a whole wave and rises again: half a wave is an angle of π.",
    ),
    mistake(
        "quarter-wave",
        CURVE,
        _rates(lambda s, o: _cosine(o, math.cos(math.pi * s / o["total_steps"] / 2))),
        "The cosine runs through a quarter of a wave: use the half from 1 to -1, an angle of π.",
    ),
    mistake(
        "straight-line",
        CURVE,
        _rates(lambda s, o: _cosine(o, 1 - s / o["total_steps"])),
        "The rate falls along a straight line: it must follow the cosine, which is flat at both ends.",
    ),
    mistake(
        "last-step-early",
        CURVE,
        _rates(lambda s, o: _cosine(o, _half_wave(s, o | {"total_steps": max(1, o["total_steps"] - 1)}))),
        "The lowest rate comes one step too early: it belongs to step total_steps.",
    ),
    mistake(
        "min-lr-added",
        CURVE,
        _rates(lambda s, o: o.get("min_lr", 0.0) + o["base_lr"] * _half_wave(s, o)),
        "min_lr is added to a curve that starts at base_lr: scale the curve to base_lr - min_lr first.",
    ),
    mistake(
        "min-lr-as-floor",
        CURVE,
        _rates(lambda s, o: max(o.get("min_lr", 0.0), o["base_lr"] * _half_wave(s, o))),
        "min_lr only cuts the curve off: scale the curve to base_lr - min_lr, so that it ends at min_lr.",
    ),
    mistake(
        "min-lr-ignored",
        CURVE,
        _rates(lambda s, o: o["base_lr"] * _half_wave(s, o)),
        "min_lr is ignored: the rate must fall from base_lr to min_lr.",
    ),
    mistake(
        "rising",
        CURVE,
        _rates(lambda s, o: _cosine(o, 1 - _half_wave(s, o))),
        "The rate rises: it must start at base_lr and end at min_lr, so add the cosine and do not subtract it.",
    ),
    mistake(
        "degrees",
        CURVE,
        _rates(lambda s, o: _cosine(o, (1 + math.cos(180 * s / o["total_steps"])) / 2)),
        "The angle is in degrees: math.cos takes radians, so half a wave is π.",
    ),
    mistake(
        "without-pi",
        CURVE,
        _rates(lambda s, o: _cosine(o, (1 + math.cos(s / o["total_steps"])) / 2)),
        "π is missing: half a wave is an angle of π, not of 1.",
    ),
    mistake(
        "wraps-round",
        CURVE,
        _rates(lambda s, o: _cosine(o, _half_wave(s % o["total_steps"], o))),
        "The last step has base_lr again: step total_steps has the lowest rate, so take no remainder.",
    ),
    mistake(
        "sine-for-cosine",
        CURVE,
        _rates(lambda s, o: _cosine(o, (1 + math.sin(math.pi * s / o["total_steps"])) / 2)),
        "This is the sine: the cosine runs from 1 to -1.",
    ),
    mistake(
        "floor-division",
        CURVE,
        _rates(lambda s, o: _cosine(o, (1 + math.cos(math.pi * (s // o["total_steps"]))) / 2)),
        "step // total_steps is 0 up to the last step: divide with /.",
    ),
    mistake(
        "one-step-ahead",
        CURVE,
        _rates(lambda s, o: _half_wave(s + 1, o) * (o["base_lr"] - o.get("min_lr", 0.0)) + o.get("min_lr", 0.0)),
        "The curve is one step ahead: steps count from 0, and step 0 has base_lr.",
    ),
    mistake(
        "one-step-late",
        CURVE,
        _rates(lambda s, o: _cosine(o, _half_wave(s, o | {"total_steps": o["total_steps"] + 1}))),
        "The lowest rate comes one step too late: it belongs to step total_steps.",
    ),
    mistake(
        "base-not-lowered",
        CURVE,
        _rates(lambda s, o: o.get("min_lr", 0.0) + o["base_lr"] * _half_wave(s, o) * (1 - o.get("min_lr", 0.0))),
        "min_lr is taken for a share of base_lr: scale the curve to base_lr - min_lr.",
    ),
    mistake(
        "starts-at-the-difference",
        CURVE,
        _rates(lambda s, o: (o["base_lr"] - o.get("min_lr", 0.0)) * _half_wave(s, o)),
        "min_lr is subtracted and not added again: the rate must end at min_lr, not at 0.",
    ),
)

# -- warm-up --------------------------------------------------------------------------------------

LINEAR_WARMUP = (
    mistake(
        "starts-at-zero",
        CURVE,
        _rates(lambda s, o: o["base_lr"] * min(1, s / o["warmup_steps"])),
        "The first rate is 0: steps count from 0, so step 0 already has the first of warmup_steps parts.",
    ),
    mistake(
        "not-capped",
        CURVE,
        _rates(lambda s, o: o["base_lr"] * (s + 1) / o["warmup_steps"]),
        "The rate keeps rising: after warmup_steps it must stay at base_lr.",
    ),
    mistake(
        "one-part-more",
        CURVE,
        _rates(lambda s, o: o["base_lr"] * min(1, (s + 1) / (o["warmup_steps"] + 1))),
        "The rise takes one step too many: with warmup_steps = 1 the first rate is already base_lr.",
    ),
    mistake(
        "falls-back",
        CURVE,
        _rates(lambda s, o: o["base_lr"] * (s + 1) / o["warmup_steps"] if s < o["warmup_steps"] else 0.0),
        "The rate falls to 0 after the warm-up: it must stay at base_lr.",
    ),
    mistake(
        "never-warmed",
        CURVE,
        _rates(lambda s, o: o["base_lr"]),
        "The rate is base_lr from the start: it must rise in warmup_steps equal parts.",
    ),
    mistake(
        "floor-division",
        CURVE,
        _rates(lambda s, o: o["base_lr"] * min(1, (s + 1) // o["warmup_steps"])),
        "// rounds down to 0 during the whole warm-up: divide with /.",
    ),
    mistake(
        "larger-for-smaller",
        CURVE,
        _rates(lambda s, o: o["base_lr"] * max(1, (s + 1) / o["warmup_steps"])),
        "The larger of 1 and the share is taken: take the smaller, with min.",
    ),
    mistake(
        "one-part-less",
        CURVE,
        _rates(lambda s, o: o["base_lr"] * min(1, (s + 1) / max(1, o["warmup_steps"] - 1))),
        "The rise ends one step too early: step 0 has 1 / warmup_steps of base_lr.",
    ),
    mistake(
        "one-step-ahead",
        CURVE,
        _rates(lambda s, o: o["base_lr"] * min(1, (s + 2) / o["warmup_steps"])),
        "The curve is one step ahead: step 0 has the first of warmup_steps parts.",
    ),
    mistake(
        "from-zero-to-the-last",
        CURVE,
        _rates(
            lambda s, o: o["base_lr"] * min(1, s / (o["warmup_steps"] - 1)) if o["warmup_steps"] > 1 else o["base_lr"]
        ),
        "The first rate is 0, and the parts are too few: the share at step 0 is 1 / warmup_steps.",
    ),
    mistake(
        "falling",
        CURVE,
        _rates(lambda s, o: o["base_lr"] * max(0, 1 - (s + 1) / o["warmup_steps"])),
        "The rate falls: it must rise from 1 / warmup_steps of base_lr to all of it.",
    ),
    mistake(
        "base-ignored",
        CURVE,
        _rates(lambda s, o: min(1, (s + 1) / o["warmup_steps"])),
        "base_lr is ignored: multiply the share by it.",
    ),
)
