"""What people get wrong in Adam and AdamW: most of it in both."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlf_grader.milestones.m4.adam.decay import DECOUPLED, WEIGHT_DECAY
from dlf_grader.milestones.m4.adam.rules import RULES, corrections, mean
from dlf_grader.milestones.m4.every_rule import defaults_of, of_every_rule
from dlf_grader.milestones.m4.formula import Step, slips_of
from dlf_grader.milestones.m4.mean_squares import mean_square, of_mean_squares

_slip = slips_of(RULES)


def _one_array(s: Step) -> Any:
    """Both means in one array: it is the mean gradient until the mean square is written into it."""
    kept = s["beta1"] * s.old("both") + (1 - s["beta1"]) * s["decayed"]
    return s.keep("both", s["beta2"] * kept + (1 - s["beta2"]) * s["decayed"] ** 2)


def _mean_by_second_beta(s: Step) -> Any:
    beta = s["betas"][1]
    return s.accumulate("mean", beta, (1 - beta) * s["decayed"])


BOTH = (
    *of_every_rule(RULES),
    _slip(
        "no-bias-correction",
        "Neither mean is corrected for its start at zero: divide the first by 1 - beta1^t, the second by 1 - beta2^t.",
        {"c1": lambda s: 1.0, "c2": lambda s: 1.0},
    ),
    _slip(
        "first-mean-uncorrected",
        "Only the mean square is corrected: the mean gradient starts at zero too, so divide it by 1 - beta1^t.",
        {"c1": lambda s: 1.0},
    ),
    _slip(
        "mean-square-uncorrected",
        "Only the mean gradient is corrected: the mean square starts at zero too, so divide it by 1 - beta2^t.",
        {"c2": lambda s: 1.0},
    ),
    _slip(
        "corrected-from-step-zero",
        "The count is raised after its use, so the first step divides by 1 - beta^0 = 0. The first step is step 1.",
        corrections(lambda s: s.t - 1),
    ),
    _slip(
        "counted-twice",
        "The count is one too high: the first step is step 1, and its corrections are 1 - beta1 and 1 - beta2.",
        corrections(lambda s: s.t + 1),
    ),
    _slip(
        "count-late",
        "The count is one too low from the second step on: raise it before you use it.",
        corrections(lambda s: max(1, s.t - 1)),
    ),
    _slip(
        "sign-only",
        "Only the sign of the mean gradient is used: divide the mean by the root of the mean square plus eps.",
        {"update": lambda s: np.sign(s["numerator"])},
    ),
    _slip(
        "count-per-parameter",
        "The count is raised for every parameter: raise it once in each step, before the loop.",
        corrections(lambda s: s.calls),
    ),
    _slip(
        "correction-not-raised",
        "The corrections stay those of the first step: raise each beta to the power t.",
        corrections(lambda s: 1),
    ),
    _slip(
        "first-correction-not-raised",
        "The first correction stays that of the first step: raise beta1 to the power t.",
        {"c1": lambda s: 1 - s["beta1"]},
    ),
    _slip(
        "second-correction-not-raised",
        "The second correction stays that of the first step: raise beta2 to the power t.",
        {"c2": lambda s: 1 - s["beta2"]},
    ),
    _slip(
        "correction-times-t",
        "Each beta is multiplied by t: raise it to the power t.",
        {"c1": lambda s: 1 - s["beta1"] * s.t, "c2": lambda s: 1 - s["beta2"] * s.t},
    ),
    _slip(
        "first-correction-times-t",
        "beta1 is multiplied by t: raise it to the power t.",
        {"c1": lambda s: 1 - s["beta1"] * s.t},
    ),
    _slip(
        "second-correction-times-t",
        "beta2 is multiplied by t: raise it to the power t.",
        {"c2": lambda s: 1 - s["beta2"] * s.t},
    ),
    _slip(
        "corrections-swapped",
        "The corrections are swapped: beta1 belongs to the mean gradient, beta2 to the mean square.",
        {"c1": lambda s: 1 - s["betas"][1] ** s.t, "c2": lambda s: 1 - s["betas"][0] ** s.t},
    ),
    _slip(
        "corrected-by-one-beta",
        "Both means are corrected with the same beta: beta1 belongs to the mean gradient, beta2 to the mean square.",
        {"c1": lambda s: 1 - s["betas"][1] ** s.t},
        {"c2": lambda s: 1 - s["betas"][0] ** s.t},
    ),
    _slip(
        "correction-multiplied",
        "The means are multiplied by 1 - beta^t: they are too small at first, so divide.",
        {"numerator": lambda s: s["mean"] * s["c1"], "used": lambda s: s["square"] * s["c2"]},
        {
            "numerator": lambda s: s["mean"] * s["c1"],
            "denominator": lambda s: (np.sqrt(s["square"]) + s["eps"]) * np.sqrt(s["c2"]),
        },
    ),
    _slip(
        "first-correction-multiplied",
        "The mean gradient is multiplied by 1 - beta1^t: it is too small at first, so divide.",
        {"numerator": lambda s: s["mean"] * s["c1"]},
    ),
    _slip(
        "second-correction-multiplied",
        "The mean square is multiplied by 1 - beta2^t: it is too small at first, so divide.",
        {"used": lambda s: s["square"] * s["c2"]},
    ),
    _slip(
        "corrected-twice",
        "A mean's bias is corrected twice: correct each mean once, in the mean or in the step size.",
        {"numerator": lambda s: s["mean"] / s["c1"] ** 2 * np.sqrt(s["c2"])},
        {"numerator": lambda s: s["mean"] / s["c1"] ** 2, "used": lambda s: s["square"] / s["c2"] ** 2},
        {"numerator": lambda s: s["mean"] / s["c1"] ** 2},
    ),
    _slip(
        "eps-before-correction",
        "eps is added before the correction: correct the mean square, take the root, and add eps last.",
        {"denominator": lambda s: (np.sqrt(s["square"]) + s["eps"]) / np.sqrt(s["c2"])},
    ),
    _slip(
        "root-not-corrected-alike",
        "The root is divided by 1 - beta2^t: divide the mean square by it, then take the root.",
        {"denominator": lambda s: np.sqrt(s["square"]) / s["c2"] + s["eps"]},
        {"denominator": lambda s: (np.sqrt(s["square"]) + s["eps"]) / s["c2"]},
    ),
    _slip(
        "gradient-for-mean",
        "The update uses the gradient itself: use its running mean, corrected.",
        {"numerator": lambda s: s["decayed"]},
    ),
    _slip(
        "mean-square-for-mean",
        "The mean square is in the numerator: the update is the mean *gradient*, divided by the root.",
        {"numerator": lambda s: s["used"]},
    ),
    _slip(
        "mean-for-mean-square",
        "The root is taken of the mean gradient: divide by the root of the mean *square*.",
        {"used": lambda s: s["numerator"]},
        {"used": lambda s: s["mean"] / s["c2"]},
        {"used": lambda s: np.abs(s["numerator"])},
    ),
    _slip(
        "one-array-for-both",
        "Both means share one array: make an array for each of them, for every parameter.",
        {"mean": _one_array, "square": lambda s: (s["mean"], s.old("both"))[1]},
    ),
    _slip(
        "mean-squared",
        "The mean square is of the mean gradient: square the gradient of this step.",
        {"square": lambda s: mean_square(s, s["mean"] ** 2)},
        {"square": lambda s: mean_square(s, s["numerator"] ** 2)},
        {"square": lambda s: mean_square(s, s["decayed"] * s["mean"])},
    ),
    _slip(
        "centred",
        "The mean square is of gradient minus mean, as in AdaBelief: square the gradient itself.",
        {"square": lambda s: mean_square(s, (s["decayed"] - s["mean"]) ** 2)},
        {"square": lambda s: mean_square(s, s["decayed"] ** 2) - s["mean"] ** 2},
    ),
    _slip(
        "betas-swapped",
        "The betas are swapped: the first belongs to the mean gradient, the second to the mean square.",
        {"beta1": lambda s: s["betas"][1], "beta2": lambda s: s["betas"][0]},
    ),
    _slip(
        "betas-swapped-in-the-means",
        "The betas are swapped in the means, and right in their corrections: the mean gradient keeps beta1 of itself, "
        "the mean square beta2.",
        {"mean": _mean_by_second_beta, "share": lambda s: s["betas"][0]},
    ),
    _slip(
        "one-beta-for-both",
        "Both means use the same beta: betas[0] belongs to the mean gradient, betas[1] to the mean square.",
        {"beta1": lambda s: s["betas"][1]},
        {"beta2": lambda s: s["betas"][0]},
        {"mean": lambda s: s.accumulate("mean", s["beta2"], (1 - s["beta2"]) * s["decayed"])},
        {"square": lambda s: s.accumulate("square", s["beta1"], (1 - s["beta1"]) * s["decayed"] ** 2)},
    ),
    _slip(
        "shares-swapped",
        "beta and 1 - beta are swapped: keep beta of the old mean, and add 1 - beta of the new value.",
        {
            "mean": lambda s: s.accumulate("mean", 1 - s["beta1"], s["beta1"] * s["decayed"]),
            "square": lambda s: s.accumulate("square", 1 - s["beta2"], s["beta2"] * s["decayed"] ** 2),
        },
    ),
    _slip(
        "first-shares-swapped",
        "beta1 and 1 - beta1 are swapped: keep beta1 of the old mean gradient, and add 1 - beta1 of the new one.",
        {"mean": lambda s: s.accumulate("mean", 1 - s["beta1"], s["beta1"] * s["decayed"])},
    ),
    _slip(
        "second-shares-swapped",
        "beta2 and 1 - beta2 are swapped: keep beta2 of the old mean square, and add 1 - beta2 of the new one.",
        {"square": lambda s: s.accumulate("square", 1 - s["beta2"], s["beta2"] * s["decayed"] ** 2)},
    ),
    _slip(
        "mean-not-averaged",
        "The gradient is added to its mean in full: multiply it by 1 - beta1, so that the mean is a mean.",
        {"mean": lambda s: s.accumulate("mean", s["beta1"], s["decayed"])},
    ),
    _slip(
        "mean-not-kept",
        "The mean gradient starts at zero in every step: store it on self, one array for each parameter.",
        {"mean": lambda s: (1 - s["beta1"]) * s["decayed"]},
    ),
    _slip(
        "mean-of-yesterday",
        "The update uses the previous mean gradient: add this step's gradient first, then move.",
        {"mean": lambda s: (s.old("mean"), mean(s, s["decayed"]))[0]},
    ),
    _slip(
        "mean-starts-at-one",
        "The mean gradient starts at one: start at zero, as the correction assumes.",
        {"mean at first": lambda s: 1.0},
    ),
    _slip(
        "mean-starts-at-the-first",
        "The mean gradient starts as the first gradient: start at zero, as the correction assumes.",
        {"mean": lambda s: s.keep("mean", s["decayed"]) if s.t == 1 else mean(s, s["decayed"])},
    ),
    _slip(
        "nesterov",
        "The update looks ahead along the mean gradient, as in NAdam: use the corrected mean itself.",
        {"numerator": lambda s: s["beta1"] * s["mean"] / s["c1"] + (1 - s["beta1"]) * s["decayed"] / s["c1"]},
        {"numerator": lambda s: s["beta1"] * s["mean"] / s["c1"] + (1 - s["beta1"]) * s["decayed"]},
    ),
    _slip(
        "corrected-mean-kept",
        "A corrected mean is stored for the next step: store both means uncorrected, and correct copies.",
        {
            "numerator": lambda s: s.keep("mean", s["mean"] / s["c1"]),
            "used": lambda s: s.keep("square", s["square"] / s["c2"]),
        },
        {"numerator": lambda s: s.keep("mean", s["mean"] / s["c1"])},
        {"used": lambda s: s.keep("square", s["square"] / s["c2"])},
    ),
    *of_mean_squares(RULES, "beta2"),
)
ADAM_SLIPS = (*BOTH, *WEIGHT_DECAY)
ADAMW_SLIPS = (*DECOUPLED, *BOTH)
ADAM_DEFAULTS, ADAMW_DEFAULTS = defaults_of("Adam"), defaults_of("AdamW")
