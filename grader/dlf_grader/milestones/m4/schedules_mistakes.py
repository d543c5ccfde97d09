"""What people get wrong in schedules: each mistaken one as a function of the step and the options."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from dlf_grader.instruments_old.layer import Case, Misconception
from dlf_grader.milestones.m4.in_order import mistaken
from dlf_grader.milestones.m4.trajectory import Options

CURVE = "the schedule"


def _mistake(id: str, rate: Callable[[int, Options], float], text: str) -> Misconception:
    """A mistaken schedule, as a function of the step and the options."""

    def answer(case: Case) -> np.ndarray:
        return np.array([rate(step, case.init) for step in case.inputs[0].tolist()])

    return mistaken(id, CURVE, answer, text)


# -- step decay -----------------------------------------------------------------------------------


def _decayed(o: Options, times: float) -> float:
    rate: float = o["base_lr"] * o.get("gamma", 0.1) ** times
    return rate


STEP_DECAY = (
    _mistake(
        "decays-every-step",
        lambda s, o: _decayed(o, s),
        "the rate fell at every step: it stays for step_size steps and falls once after them.",
    ),
    _mistake(
        "decays-smoothly",
        lambda s, o: _decayed(o, s / o["step_size"]),
        "the rate fell a little at every step: divide in whole numbers, so that it stays for step_size steps.",
    ),
    _mistake(
        "one-step-early",
        lambda s, o: _decayed(o, (s + 1) // o["step_size"]),
        "every fall came one step early: steps count from 0, so step_size is the first of the lower ones.",
    ),
    _mistake(
        "one-step-late",
        lambda s, o: _decayed(o, max(0, s - 1) // o["step_size"]),
        "every fall came one step late: steps count from 0, so step_size is the first of the lower ones.",
    ),
    _mistake(
        "decays-once",
        lambda s, o: _decayed(o, min(1, s // o["step_size"])),
        "the rate fell only once: it falls again after every step_size steps.",
    ),
    _mistake(
        "gamma-taken-off",
        lambda s, o: _decayed(o | {"gamma": 1 - o.get("gamma", 0.1)}, s // o["step_size"]),
        "gamma were the share taken off: it is the share that stays.",
    ),
    _mistake(
        "gamma-not-raised",
        lambda s, o: o["base_lr"] * (o.get("gamma", 0.1) * (s // o["step_size"]) if s >= o["step_size"] else 1),
        "gamma were multiplied by the number of falls: it is raised to that power.",
    ),
)

# -- cosine annealing -----------------------------------------------------------------------------


def _cosine(o: Options, share: float) -> float:
    low = o.get("min_lr", 0.0)
    rate: float = low + (o["base_lr"] - low) * share
    return rate


def _half_wave(s: int, o: Options) -> float:
    return (1 + math.cos(math.pi * s / o["total_steps"])) / 2


COSINE = (
    _mistake(
        "not-halved",
        lambda s, o: _cosine(o, 2 * _half_wave(s, o)),
        "1 + cos were not halved: it runs from 2 to 0, and the share of the rate from 1 to 0.",
    ),
    _mistake(
        "not-shifted",
        lambda s, o: _cosine(o, 2 * _half_wave(s, o) - 1),
        "the cosine itself were the share: it runs to -1, so add 1 and halve.",
    ),
    _mistake(
        "whole-wave",
        lambda s, o: _cosine(o, (1 + math.cos(2 * math.pi * s / o["total_steps"])) / 2),
        "the cosine ran through a whole wave and came back up: half a wave is an angle of π.",
    ),
    _mistake(
        "quarter-wave",
        lambda s, o: _cosine(o, math.cos(math.pi * s / o["total_steps"] / 2)),
        "a quarter of a wave were used: the cosine runs from 1 to -1, an angle of π.",
    ),
    _mistake(
        "straight-line",
        lambda s, o: _cosine(o, 1 - s / o["total_steps"]),
        "the rate fell along a straight line: it follows the cosine, flat at both ends.",
    ),
    _mistake(
        "last-step-early",
        lambda s, o: _cosine(o, _half_wave(s, o | {"total_steps": max(1, o["total_steps"] - 1)})),
        "the lowest rate came one step early: it is reached at total_steps, not at the step before.",
    ),
    _mistake(
        "min-lr-added",
        lambda s, o: o.get("min_lr", 0.0) + o["base_lr"] * _half_wave(s, o),
        "min_lr were added on top of the whole range: what shrinks is base_lr - min_lr.",
    ),
    _mistake(
        "min-lr-as-floor",
        lambda s, o: max(o.get("min_lr", 0.0), o["base_lr"] * _half_wave(s, o)),
        "min_lr only cut the curve off: the curve itself ends there, so scale it to base_lr - min_lr.",
    ),
    _mistake(
        "min-lr-ignored",
        lambda s, o: o["base_lr"] * _half_wave(s, o),
        "min_lr were ignored: the rate falls from base_lr to min_lr.",
    ),
    _mistake(
        "rising",
        lambda s, o: _cosine(o, 1 - _half_wave(s, o)),
        "the rate rose: it starts at base_lr and ends at min_lr.",
    ),
)

# -- warm-up --------------------------------------------------------------------------------------

WARMUP = (
    _mistake(
        "starts-at-zero",
        lambda s, o: o["base_lr"] * min(1, s / o["warmup_steps"]),
        "the first rate were 0: steps count from 0, so step 0 has one part of warmup_steps already.",
    ),
    _mistake(
        "not-capped",
        lambda s, o: o["base_lr"] * (s + 1) / o["warmup_steps"],
        "the rate rose for ever: after warmup_steps it stays at base_lr.",
    ),
    _mistake(
        "one-part-more",
        lambda s, o: o["base_lr"] * min(1, (s + 1) / (o["warmup_steps"] + 1)),
        "the rise took one step more: with warmup_steps = 1 the very first rate is the full one.",
    ),
    _mistake(
        "falls-back",
        lambda s, o: o["base_lr"] * (s + 1) / o["warmup_steps"] if s < o["warmup_steps"] else 0.0,
        "the rate fell to 0 after the warm-up: it stays at base_lr.",
    ),
    _mistake(
        "never-warmed",
        lambda s, o: o["base_lr"],
        "the rate were full from the start: it rises through warmup_steps equal parts.",
    ),
)
