"""What people get wrong in cosine annealing."""

from __future__ import annotations

import math

from dlf_grader.instruments.mistakes.defaults import wrong_defaults
from dlf_grader.instruments.mistakes.mistake import mistake
from dlf_grader.milestones.m4.schedules.curves import CURVE, rates
from dlf_grader.milestones.m4.trajectories import Options


def _cosine(o: Options, share: float) -> float:
    low = o.get("min_lr", 0.0)
    rate: float = low + (o["base_lr"] - low) * share
    return rate


def _half_wave(s: int, o: Options) -> float:
    return (1 + math.cos(math.pi * s / o["total_steps"])) / 2


def _shorter(o: Options) -> Options:
    return o | {"total_steps": max(1, o["total_steps"] - 1)}


COSINE_ANNEALING = (
    *wrong_defaults({"min_lr": 0.0}, CURVE),
    mistake(
        "not-halved",
        CURVE,
        rates(lambda s, o: _cosine(o, 2 * _half_wave(s, o))),
        "1 + cos is not halved: it runs from 2 to 0, and the share of the rate must run from 1 to 0.",
    ),
    mistake(
        "not-shifted",
        CURVE,
        rates(lambda s, o: _cosine(o, 2 * _half_wave(s, o) - 1)),
        "The share is the cosine itself, which runs from 1 to -1: add 1 and halve.",
    ),
    mistake(
        "whole-wave",
        CURVE,
        rates(lambda s, o: _cosine(o, (1 + math.cos(2 * math.pi * s / o["total_steps"])) / 2)),
        "The cosine runs through a whole wave and rises again: half a wave is an angle of π.",
    ),
    mistake(
        "quarter-wave",
        CURVE,
        rates(lambda s, o: _cosine(o, math.cos(math.pi * s / o["total_steps"] / 2))),
        "The cosine runs through a quarter of a wave: use the half from 1 to -1, an angle of π.",
    ),
    mistake(
        "straight-line",
        CURVE,
        rates(lambda s, o: _cosine(o, 1 - s / o["total_steps"])),
        "The rate falls along a straight line: it must follow the cosine, which is flat at both ends.",
    ),
    mistake(
        "last-step-early",
        CURVE,
        (
            rates(lambda s, o: _cosine(o, _half_wave(s, _shorter(o)))),
            rates(lambda s, o: _cosine(o, _half_wave(min(s, _shorter(o)["total_steps"]), _shorter(o)))),
        ),
        "The lowest rate comes one step too early: it belongs to step total_steps.",
    ),
    mistake(
        "min-lr-added",
        CURVE,
        rates(lambda s, o: o.get("min_lr", 0.0) + o["base_lr"] * _half_wave(s, o)),
        "min_lr is added to a curve that starts at base_lr: scale the curve to base_lr - min_lr first.",
    ),
    mistake(
        "min-lr-as-floor",
        CURVE,
        rates(lambda s, o: max(o.get("min_lr", 0.0), o["base_lr"] * _half_wave(s, o))),
        "min_lr only cuts the curve off: scale the curve to base_lr - min_lr, so that it ends at min_lr.",
    ),
    mistake(
        "min-lr-ignored",
        CURVE,
        rates(lambda s, o: o["base_lr"] * _half_wave(s, o)),
        "min_lr is ignored: the rate must fall from base_lr to min_lr.",
    ),
    mistake(
        "rising",
        CURVE,
        rates(lambda s, o: _cosine(o, 1 - _half_wave(s, o))),
        "The rate rises: it must start at base_lr and end at min_lr, so add the cosine and do not subtract it.",
    ),
    mistake(
        "degrees",
        CURVE,
        rates(lambda s, o: _cosine(o, (1 + math.cos(180 * s / o["total_steps"])) / 2)),
        "The angle is in degrees: math.cos takes radians, so half a wave is π.",
    ),
    mistake(
        "without-pi",
        CURVE,
        rates(lambda s, o: _cosine(o, (1 + math.cos(s / o["total_steps"])) / 2)),
        "π is missing: half a wave is an angle of π, not of 1.",
    ),
    mistake(
        "wraps-round",
        CURVE,
        rates(lambda s, o: _cosine(o, _half_wave(s % o["total_steps"], o))),
        "The last step has base_lr again: step total_steps has the lowest rate, so take no remainder.",
    ),
    mistake(
        "sine-for-cosine",
        CURVE,
        rates(lambda s, o: _cosine(o, (1 + math.sin(math.pi * s / o["total_steps"])) / 2)),
        "This is the sine: the cosine runs from 1 to -1.",
    ),
    mistake(
        "floor-division",
        CURVE,
        rates(lambda s, o: _cosine(o, (1 + math.cos(math.pi * (s // o["total_steps"]))) / 2)),
        "step // total_steps is 0 up to the last step: divide with /.",
    ),
    mistake(
        "one-step-ahead",
        CURVE,
        rates(lambda s, o: _half_wave(s + 1, o) * (o["base_lr"] - o.get("min_lr", 0.0)) + o.get("min_lr", 0.0)),
        "The curve is one step ahead: steps count from 0, and step 0 has base_lr.",
    ),
    mistake(
        "one-step-late",
        CURVE,
        rates(lambda s, o: _cosine(o, _half_wave(s, o | {"total_steps": o["total_steps"] + 1}))),
        "The lowest rate comes one step too late: it belongs to step total_steps.",
    ),
    mistake(
        "base-not-lowered",
        CURVE,
        rates(lambda s, o: o.get("min_lr", 0.0) + o["base_lr"] * _half_wave(s, o) * (1 - o.get("min_lr", 0.0))),
        "min_lr is taken for a share of base_lr: scale the curve to base_lr - min_lr.",
    ),
    mistake(
        "starts-at-the-difference",
        CURVE,
        rates(lambda s, o: (o["base_lr"] - o.get("min_lr", 0.0)) * _half_wave(s, o)),
        "min_lr is subtracted and not added again: the rate must end at min_lr, not at 0.",
    ),
)
