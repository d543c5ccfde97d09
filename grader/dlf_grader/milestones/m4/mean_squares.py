"""Mistakes in a running mean of squares and the root that divides by it: RMSProp's and Adam's."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlf_grader.milestones.m4.formula import Rules, Slip, Step, slips_of


def mean_square(s: Step, new: Any) -> Any:
    """The running mean of squares, or of what a mistake has for them."""
    return s.accumulate("square", s["share"], (1 - s["share"]) * new)


def of_mean_squares(rules: Rules, share: str) -> tuple[Slip, ...]:
    """Mistakes in the parts "square", "used" (the mean square that divides) and "denominator".

    Args:
        share: how a learner knows what a mean square keeps: "alpha", "beta2".
    """
    slip = slips_of(rules)
    return (
        slip(
            "eps-inside-the-root",
            "eps is inside the root: take the root of the mean square first, then add eps.",
            {"denominator": lambda s: np.sqrt(s["used"] + s["eps"])},
            {"used": lambda s: (s["square"] + s.options["eps"]) / s["c2"], "eps": lambda s: 0.0},
            {"denominator": lambda s: np.sqrt(s["used"] + s["eps"] ** 2)},
        ),
        slip(
            "eps-twice",
            "eps is added twice, inside the root and outside: add it once, outside.",
            {"denominator": lambda s: np.sqrt(s["used"] + s["eps"]) + s["eps"]},
        ),
        slip(
            "eps-as-floor",
            "eps only replaces smaller roots: add eps to every root.",
            {"denominator": lambda s: np.maximum(np.sqrt(s["used"]), s["eps"])},
            {"denominator": lambda s: np.sqrt(np.maximum(s["used"], s["eps"]))},
        ),
        slip(
            "eps-ignored",
            "eps is ignored: add it to the root, because the mean square can be zero.",
            {"eps": lambda s: 0.0},
        ),
        slip(
            "eps-not-in-denominator",
            "eps is added to the quotient: add it to the root, before you divide.",
            {"update": lambda s: s["numerator"] / np.sqrt(s["used"]) + s["eps"]},
        ),
        slip(
            "no-root",
            "The root is missing: divide by the root of the mean square, which has the gradient's unit.",
            {"denominator": lambda s: s["used"] + s["eps"]},
        ),
        slip(
            "multiplied-by-the-root",
            "The gradient is multiplied by the root: divide by it.",
            {"update": lambda s: s["numerator"] * s["denominator"]},
        ),
        slip(
            "not-divided",
            "Nothing is divided by the root of the mean square: divide by it, plus eps.",
            {"denominator": lambda s: 1.0},
        ),
        slip(
            "not-squared",
            "The running mean is of gradients that are not squared: square each gradient before you add it.",
            {"square": lambda s: mean_square(s, np.abs(s["decayed"]))},
            {"square": lambda s: mean_square(s, s["decayed"])},
            {"square": lambda s: mean_square(s, np.abs(s["decayed"]) ** 3)},
        ),
        slip(
            "absolute-mean",
            "The gradient is divided by a mean of absolute values: divide by the root of the mean of *squares*.",
            {
                "square": lambda s: mean_square(s, np.abs(s["decayed"])),
                "denominator": lambda s: s["used"] + s["eps"],
            },
        ),
        slip(
            "square-of-mean",
            "The mean of the gradients is squared: square each gradient first, then take the mean.",
            {"square": lambda s: s.keep("signed", s["share"] * s.old("signed") + (1 - s["share"]) * s["decayed"]) ** 2},
        ),
        slip(
            "weight-squared",
            "The mean square is of the parameter: square the gradient.",
            {"square": lambda s: mean_square(s, s.w**2)},
        ),
        slip(
            "squares-summed",
            f"The squares are summed and never forgotten, as in AdaGrad: keep {share} of the old, add 1 - {share} of "
            "the new.",
            {"square": lambda s: s.accumulate("square", 1, s["decayed"] ** 2)},
        ),
        slip(
            "square-not-averaged",
            f"The new square is added in full: multiply it by 1 - {share}, so that the mean square is a mean.",
            {"square": lambda s: s.accumulate("square", s["share"], s["decayed"] ** 2)},
        ),
        slip(
            "share-squared",
            f"1 - {share} is squared together with the gradient: square the gradient only.",
            {"square": lambda s: mean_square(s, (1 - s["share"]) * s["decayed"] ** 2)},
        ),
        slip(
            "square-not-kept",
            "The mean square starts at zero in every step: store it on self, one array for each parameter.",
            {"square": lambda s: (1 - s["share"]) * s["decayed"] ** 2},
        ),
        slip(
            "square-only-new",
            "Only this step's gradient is squared: keep a running mean of the squares.",
            {"square": lambda s: s["decayed"] ** 2},
        ),
        slip(
            "square-of-yesterday",
            "The gradient is divided by the previous mean square: add this gradient's square first, then divide.",
            {"square": lambda s: (s.old("square"), mean_square(s, s["decayed"] ** 2))[0]},
        ),
        slip(
            "square-starts-at-one",
            "The mean square starts at one: start at zero.",
            {"square at first": lambda s: 1.0},
        ),
        slip(
            "square-starts-at-the-first",
            "The mean square starts as the first gradient's square: start at zero, and add 1 - "
            f"{share} of that square.",
            {
                "square": lambda s: (
                    s.keep("square", s["decayed"] ** 2) if s.t == 1 else mean_square(s, s["decayed"] ** 2)
                )
            },
        ),
        slip(
            "square-largest",
            "The largest mean square so far is used, as in AMSGrad: use this step's.",
            {"square": lambda s: _largest(s, mean_square(s, s["decayed"] ** 2))},
            {"used": lambda s: _largest(s, s["square"] / s["c2"])},
        ),
        slip(
            "square-never-falls",
            "The larger of the kept mean square and the new gradient's is taken, as in Adamax: average them.",
            {
                "square": lambda s: s.keep("square", np.maximum(s["share"] * s.old("square"), np.abs(s["decayed"]))),
                "denominator": lambda s: s["square"] + s["eps"],
            },
            {"square": lambda s: s.keep("square", np.maximum(s["share"] * s.old("square"), s["decayed"] ** 2))},
        ),
        slip(
            "square-of-the-whole",
            "The mean square is one number for a whole parameter: keep one for each element.",
            {"square": lambda s: mean_square(s, np.mean(s["decayed"] ** 2))},
            {"square": lambda s: mean_square(s, np.sum(s["decayed"] ** 2))},
        ),
    )


def _largest(s: Step, value: Any) -> Any:
    return s.keep("largest", np.maximum(s.old("largest"), value))
