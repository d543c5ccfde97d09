"""What people get wrong in RMSProp."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dlf_grader.instruments.case import Array
from dlf_grader.instruments.mistake import Mistaken, mistake
from dlf_grader.instruments.optimiser import UPDATES
from dlf_grader.milestones.m4.mistaken_rules import EVERY, UPHILL, Step, by_rule, with_options
from dlf_grader.milestones.m4.trajectories import Options

Scaling = Callable[[Step, Options, Array], Array]


def _gradient(s: Step, o: Options) -> Array:
    """The gradient with the weight decay in it."""
    gradient: Array = s.g + o["weight_decay"] * s.w
    return gradient


def _mean(s: Step, o: Options, new: Array) -> Array:
    """The running mean of squares, or of what a mistake has for them."""
    mean: Array = o["alpha"] * s.stored("mean") + (1 - o["alpha"]) * new
    s.state["mean"] = mean
    return mean


def _velocity(s: Step, o: Options, pushed: Array) -> Array:
    velocity: Array = o["momentum"] * s.stored("velocity") + pushed
    s.state["velocity"] = velocity
    return velocity


def _scaled(s: Step, o: Options, g: Array) -> Array:
    scaled: Array = g / (np.sqrt(_mean(s, o, g * g)) + o["eps"])
    return scaled


def _scaling(scaled: Scaling) -> Mistaken:
    """RMSProp's own rule, with a scaling that is mistaken."""
    return by_rule(lambda s, o: s.w - s.lr * _velocity(s, o, scaled(s, o, _gradient(s, o))))


# -- the scaling ----------------------------------------------------------------------------------


def _eps_inside(s: Step, o: Options, g: Array) -> Array:
    scaled: Array = g / np.sqrt(_mean(s, o, g * g) + o["eps"])
    return scaled


def _no_root(s: Step, o: Options, g: Array) -> Array:
    scaled: Array = g / (_mean(s, o, g * g) + o["eps"])
    return scaled


def _not_squared(s: Step, o: Options, g: Array) -> Array:
    scaled: Array = g / (np.sqrt(_mean(s, o, np.abs(g))) + o["eps"])
    return scaled


def _square_of_mean(s: Step, o: Options, g: Array) -> Array:
    scaled: Array = g / (np.abs(_mean(s, o, g)) + o["eps"])
    return scaled


def _summed(s: Step, o: Options, g: Array) -> Array:
    total = s.state["total"] = s.stored("total") + g * g
    scaled: Array = g / (np.sqrt(total) + o["eps"])
    return scaled


def _not_kept(s: Step, o: Options, g: Array) -> Array:
    s.state.pop("mean", None)
    return _scaled(s, o, g)


def _old_mean(s: Step, o: Options, g: Array) -> Array:
    old = s.stored("mean")
    _mean(s, o, g * g)
    scaled: Array = g / (np.sqrt(old) + o["eps"])
    return scaled


def _corrected(s: Step, o: Options, g: Array) -> Array:
    scaled: Array = g / (np.sqrt(_mean(s, o, g * g) / (1 - o["alpha"] ** s.t)) + o["eps"])
    return scaled


def _decay_unscaled(s: Step, o: Options, g: Array) -> Array:
    """The decay is in the gradient, but not in the mean square."""
    scaled: Array = g / (np.sqrt(_mean(s, o, s.g * s.g)) + o["eps"])
    return scaled


# -- momentum and weight decay --------------------------------------------------------------------


def _momentum_first(s: Step, o: Options) -> Array:
    g = _gradient(s, o)
    moved: Array = s.w - s.lr * _velocity(s, o, g) / (np.sqrt(_mean(s, o, g * g)) + o["eps"])
    return moved


def _lr_in_velocity(s: Step, o: Options) -> Array:
    moved: Array = s.w - _velocity(s, o, s.lr * _scaled(s, o, _gradient(s, o)))
    return moved


def _averaged(s: Step, o: Options) -> Array:
    moved: Array = s.w - s.lr * _velocity(s, o, (1 - o["momentum"]) * _scaled(s, o, _gradient(s, o)))
    return moved


def _decoupled(s: Step, o: Options) -> Array:
    moved: Array = s.w * (1 - s.lr * o["weight_decay"]) - s.lr * _velocity(s, o, _scaled(s, o, s.g))
    return moved


PLAIN = (
    *EVERY,
    UPHILL,
    mistake(
        "eps-inside-the-root",
        UPDATES,
        _scaling(_eps_inside),
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
        _scaling(_no_root),
        "The root is missing: divide by the root of the mean square, which has the gradient's unit.",
    ),
    mistake(
        "not-squared",
        UPDATES,
        _scaling(_not_squared),
        "The running mean is of gradients that are not squared: square each gradient before you add it.",
    ),
    mistake(
        "square-of-mean",
        UPDATES,
        _scaling(_square_of_mean),
        "The mean of the gradients is squared: square each gradient first, then take the mean.",
    ),
    mistake(
        "squares-summed",
        UPDATES,
        _scaling(_summed),
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
        _scaling(_corrected),
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
        by_rule(_lr_in_velocity),
        "The velocity contains lr, so a new lr reaches only new gradients. Multiply by lr when you move.",
    ),
    mistake(
        "velocity-averaged",
        UPDATES,
        by_rule(_averaged),
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
        _scaling(_decay_unscaled),
        "The mean square leaves the decay out: add the decay to the gradient first, then square that sum.",
    ),
)
