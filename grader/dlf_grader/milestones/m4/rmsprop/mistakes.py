"""RMSProp's rule in parts, and what people get wrong in it."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlf_grader.milestones.m4.every_rule import defaults_of, every_rule, of_every_decay, of_every_rule
from dlf_grader.milestones.m4.formula import Parts, Step, slips_of
from dlf_grader.milestones.m4.mean_squares import mean_square, of_mean_squares


def _velocity(s: Step, share: float, pushed: Any) -> Any:
    return s.accumulate("velocity", share, pushed)


def _scaled(s: Step) -> Any:
    return s["numerator"] / s["denominator"]


RMSPROP: Parts = {
    **every_rule(),
    "share": lambda s: s["alpha"],
    "square": lambda s: mean_square(s, s["decayed"] ** 2),
    "c2": lambda s: 1.0,
    "used": lambda s: s["square"] / s["c2"],
    "numerator": lambda s: s["decayed"],
    "denominator": lambda s: np.sqrt(s["used"]) + s["eps"],
    "velocity": lambda s: _velocity(s, s["momentum"], _scaled(s)),
    "update": lambda s: s["velocity"],
}
RULES = {"RMSProp": RMSPROP}
_slip = slips_of(RULES)


def _centred(s: Step, mean: Any) -> Any:
    """The variance: the mean square less the square of the mean."""
    return mean_square(s, s["decayed"] ** 2) - mean**2


PLAIN = (
    *of_every_rule(RULES),
    _slip(
        "alpha-swapped",
        "alpha and 1 - alpha are swapped: keep alpha of the old mean square, and add 1 - alpha of the new square.",
        {"share": lambda s: 1 - s["alpha"]},
    ),
    _slip(
        "bias-corrected",
        "The mean square is corrected for its start at zero, as in Adam: RMSProp uses it as it is.",
        {"c2": lambda s: 1 - s["alpha"] ** s.t},
    ),
    _slip(
        "centred",
        "The square of the mean gradient is subtracted, as in the centred form: use the mean square alone.",
        {"square": lambda s: _centred(s, s.accumulate("mean", s["alpha"], (1 - s["alpha"]) * s["decayed"]))},
    ),
    *of_mean_squares(RULES, "alpha"),
)
MOMENTUM = (
    _slip(
        "momentum-before-scaling",
        "The velocity accumulates unscaled gradients, and only their sum is divided: divide each gradient first.",
        {"update": lambda s: _velocity(s, s["momentum"], s["decayed"]) / s["denominator"]},
    ),
    _slip(
        "lr-in-velocity",
        "The velocity contains lr, so a new lr reaches only new gradients. Multiply by lr when you move.",
        {"moved": lambda s: s["kept"] - s["sign"] * _velocity(s, s["momentum"], s["lr"] * _scaled(s))},
    ),
    _slip(
        "velocity-averaged",
        "The scaled gradient is multiplied by 1 - momentum: add all of it to the velocity.",
        {"velocity": lambda s: _velocity(s, s["momentum"], (1 - s["momentum"]) * _scaled(s))},
    ),
    _slip(
        "momentum-ignored",
        "Nothing is left of the velocity of the step before: keep momentum times it on self, and add the new one.",
        {"velocity": _scaled},
    ),
    _slip(
        "momentum-swapped",
        "momentum and 1 - momentum are swapped: keep momentum of the old velocity.",
        {"velocity": lambda s: _velocity(s, 1 - s["momentum"], _scaled(s))},
    ),
    _slip(
        "velocity-never-fades",
        "The velocity is never multiplied by momentum: keep that share of it, then add the scaled gradient.",
        {"velocity": lambda s: _velocity(s, 1.0, _scaled(s))},
    ),
    _slip(
        "velocity-late",
        "The parameter moves along the previous velocity: add this step's scaled gradient first, then move.",
        {"update": lambda s: (s.old("velocity"), s["velocity"])[0]},
    ),
    _slip(
        "nesterov",
        "The step looks ahead along the velocity, as Nesterov's does: move along the velocity itself.",
        {"update": lambda s: _scaled(s) + s["momentum"] * s["velocity"]},
    ),
)
WEIGHT_DECAY = (
    *of_every_decay(RULES),
    _slip(
        "decay-decoupled",
        "The decay shrinks the weights directly, as in AdamW: in RMSProp add it to the gradient.",
        {"decayed": lambda s: s.g, "kept": lambda s: s.w * (1 - s.rate * s["weight_decay"])},
    ),
    _slip(
        "decay-without-lr",
        "The weights shrink by weight_decay, without lr: in RMSProp add the decay to the gradient.",
        {"decayed": lambda s: s.g, "kept": lambda s: s.w * (1 - s["weight_decay"])},
    ),
    _slip(
        "decay-both-ways",
        "The decay acts twice, on the weights and through the gradient: only add it to the gradient.",
        {"kept": lambda s: s.w * (1 - s.rate * s["weight_decay"])},
    ),
    _slip(
        "decay-not-in-square",
        "The mean square leaves the decay out: add the decay to the gradient first, then square that sum.",
        {"square": lambda s: mean_square(s, s.g**2)},
    ),
    _slip(
        "decay-only-in-square",
        "Only the mean square contains the decay: divide the gradient plus the decay, not the gradient alone.",
        {"numerator": lambda s: s.g},
    ),
    _slip(
        "decay-after-scaling",
        "The decay is added to the scaled gradient: add it to the gradient first, so that it is scaled too.",
        {
            "decayed": lambda s: s.g,
            "velocity": lambda s: _velocity(s, s["momentum"], _scaled(s) + s["weight_decay"] * s.w),
        },
    ),
)
SLIPS = (*PLAIN, *MOMENTUM, *WEIGHT_DECAY)
DEFAULTS = defaults_of("RMSProp")
