"""What people get wrong in RMSProp."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array
from dlf_grader.instruments.mistake import Mistaken, mistake
from dlf_grader.instruments.optimiser import UPDATES
from dlf_grader.milestones.m4.mistaken_rules import EVERY, UPHILL, Step, by_rule, with_options
from dlf_grader.milestones.m4.trajectories import Options


def _mean(s: Step, o: Options, new: Array) -> Any:
    """The running mean of squares, or of what a mistake has for them."""
    return s.accumulate("mean", o["alpha"], (1 - o["alpha"]) * new)


def _velocity(s: Step, o: Options, pushed: Array) -> Any:
    return s.accumulate("velocity", o["momentum"], pushed)


def _scaled(s: Step, o: Options, g: Array) -> Any:
    return g / (np.sqrt(_mean(s, o, g * g)) + o["eps"])


def _scaling(scaled: Callable[[Step, Options, Array], Array]) -> Mistaken:
    """RMSProp's own rule, with a scaling of the gradient that is mistaken."""
    return by_rule(lambda s, o: s.w - s.lr * _velocity(s, o, scaled(s, o, s.decayed(o))))


def _not_kept(s: Step, o: Options, g: Array) -> Any:
    s.state.pop("mean", None)
    return _scaled(s, o, g)


def _old_mean(s: Step, o: Options, g: Array) -> Any:
    old = s.stored("mean")
    _mean(s, o, g * g)
    return g / (np.sqrt(old) + o["eps"])


def _momentum_first(s: Step, o: Options) -> Any:
    g = s.decayed(o)
    return s.w - s.lr * _velocity(s, o, g) / (np.sqrt(_mean(s, o, g * g)) + o["eps"])


def _decoupled(s: Step, o: Options) -> Any:
    return s.shrunk(s.lr * o["weight_decay"]).w - s.lr * _velocity(s, o, _scaled(s, o, s.g))


PLAIN = (
    *EVERY,
    UPHILL,
    mistake(
        "eps-inside-the-root",
        UPDATES,
        _scaling(lambda s, o, g: g / np.sqrt(_mean(s, o, g * g) + o["eps"])),
        "eps is inside the root: take the root of the mean square first, then add eps.",
    ),
    mistake(
        "alpha-swapped",
        UPDATES,
        with_options(lambda o: {"alpha": 1 - o["alpha"]}),
        "alpha and 1 - alpha are swapped: keep alpha of the old mean square, and add 1 - alpha of the new square.",
    ),
    mistake(
        "no-root",
        UPDATES,
        _scaling(lambda s, o, g: g / (_mean(s, o, g * g) + o["eps"])),
        "The root is missing: divide by the root of the mean square, which has the gradient's unit.",
    ),
    mistake(
        "not-squared",
        UPDATES,
        _scaling(lambda s, o, g: g / (np.sqrt(_mean(s, o, np.abs(g))) + o["eps"])),
        "The running mean is of gradients that are not squared: square each gradient before you add it.",
    ),
    mistake(
        "square-of-mean",
        UPDATES,
        _scaling(lambda s, o, g: g / (np.abs(_mean(s, o, g)) + o["eps"])),
        "The mean of the gradients is squared: square each gradient first, then take the mean.",
    ),
    mistake(
        "squares-summed",
        UPDATES,
        _scaling(lambda s, o, g: g / (np.sqrt(s.accumulate("total", 1, g * g)) + o["eps"])),
        "The squares are summed and never forgotten, as in AdaGrad: keep alpha of the old, add 1 - alpha of the new.",
    ),
    mistake(
        "square-not-kept",
        UPDATES,
        _scaling(_not_kept),
        "The mean square starts at zero in every step: store it on self, one array for each parameter.",
    ),
    mistake(
        "square-of-yesterday",
        UPDATES,
        _scaling(_old_mean),
        "The gradient is divided by the previous mean square: add this gradient's square first, then divide.",
    ),
    mistake(
        "bias-corrected",
        UPDATES,
        _scaling(lambda s, o, g: g / (np.sqrt(_mean(s, o, g * g) / (1 - o["alpha"] ** s.t)) + o["eps"])),
        "The mean square is corrected for its start at zero, as in Adam: RMSProp uses it as it is.",
    ),
)
MOMENTUM = (
    *PLAIN,
    mistake(
        "momentum-before-scaling",
        UPDATES,
        by_rule(_momentum_first),
        "The velocity accumulates unscaled gradients, and only their sum is divided: divide each gradient first.",
    ),
    mistake(
        "lr-in-velocity",
        UPDATES,
        by_rule(lambda s, o: s.w - _velocity(s, o, s.lr * _scaled(s, o, s.decayed(o)))),
        "The velocity contains lr, so a new lr reaches only new gradients. Multiply by lr when you move.",
    ),
    mistake(
        "velocity-averaged",
        UPDATES,
        by_rule(lambda s, o: s.w - s.lr * _velocity(s, o, (1 - o["momentum"]) * _scaled(s, o, s.decayed(o)))),
        "The scaled gradient is multiplied by 1 - momentum: add all of it to the velocity.",
    ),
    mistake(
        "momentum-ignored",
        UPDATES,
        with_options(lambda o: {"momentum": 0.0}),
        "The momentum is ignored: add every scaled gradient to a stored velocity, and move along that.",
    ),
)
WEIGHT_DECAY = (
    *PLAIN,
    mistake(
        "decay-ignored",
        UPDATES,
        with_options(lambda o: {"weight_decay": 0.0}),
        "weight_decay is ignored: add weight_decay times the parameter to its gradient.",
    ),
    mistake(
        "decay-decoupled",
        UPDATES,
        by_rule(_decoupled),
        "The decay shrinks the weights directly, as in AdamW: in RMSProp add it to the gradient.",
    ),
    mistake(
        "decay-sign",
        UPDATES,
        with_options(lambda o: {"weight_decay": -o["weight_decay"]}),
        "The decay pushes weights away from zero: *add* weight_decay times the parameter to the gradient.",
    ),
    mistake(
        "decay-not-in-square",
        UPDATES,
        _scaling(lambda s, o, g: g / (np.sqrt(_mean(s, o, s.g * s.g)) + o["eps"])),
        "The mean square leaves the decay out: add the decay to the gradient first, then square that sum.",
    ),
)
