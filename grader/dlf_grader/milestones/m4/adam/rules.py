"""The rules of Adam and AdamW in parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlf_grader.milestones.m4.every_rule import every_rule
from dlf_grader.milestones.m4.formula import Parts, Step
from dlf_grader.milestones.m4.mean_squares import mean_square


def mean(s: Step, new: Any) -> Any:
    """The running mean of gradients."""
    return s.accumulate("mean", s["beta1"], (1 - s["beta1"]) * new)


def corrections(count: Callable[[Step], int]) -> Parts:
    """The corrections of a step that may be another than this one; in NumPy's numbers, 1 / 0 gives inf."""
    return {
        "c1": lambda s: np.float64(1 - s["beta1"] ** count(s)),
        "c2": lambda s: np.float64(1 - s["beta2"] ** count(s)),
    }


ADAM: Parts = {
    **every_rule(),
    **corrections(lambda s: s.t),
    "beta1": lambda s: s["betas"][0],
    "beta2": lambda s: s["betas"][1],
    "share": lambda s: s["beta2"],
    "mean": lambda s: mean(s, s["decayed"]),
    "square": lambda s: mean_square(s, s["decayed"] ** 2),
    "used": lambda s: s["square"] / s["c2"],
    "numerator": lambda s: s["mean"] / s["c1"],
    "denominator": lambda s: np.sqrt(s["used"]) + s["eps"],
    "update": lambda s: s["numerator"] / s["denominator"],
}
ADAMW: Parts = {
    **ADAM,
    "decayed": lambda s: s.g,
    "kept": lambda s: s.w * (1 - s["lr"] * s["weight_decay"]),
}
RULES = {"Adam": ADAM, "AdamW": ADAMW}
