"""What people get wrong in RMSProp: each mistaken rule written out, for one parameter at one step."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dlf_grader.instruments_old.layer import Array, Misconception
from dlf_grader.milestones.m4.trajectory import Now, Options, mistake

DEFAULTS: Options = {"lr": 1e-2, "alpha": 0.99, "eps": 1e-8, "weight_decay": 0.0, "momentum": 0.0}
Scaled = Callable[[Now, Options, Array], Array]


def _slope(n: Now, o: Options) -> Array:
    slope: Array = n.g + o["weight_decay"] * n.w
    return slope


def _square(n: Now, o: Options, g: Array) -> Array:
    s: Array = o["alpha"] * n.keep("s") + (1 - o["alpha"]) * g * g
    n.state["s"] = s
    return s


def _scaled(n: Now, o: Options, g: Array) -> Array:
    scaled: Array = g / (np.sqrt(_square(n, o, g)) + o["eps"])
    return scaled


def _moved(n: Now, o: Options, g: Array, scaled: Scaled = _scaled, lr: float | None = None) -> Array:
    """RMSProp's own rule, from a slope or a scaling that may be mistaken."""
    v = n.state["v"] = o["momentum"] * n.keep("v") + scaled(n, o, g)
    moved: Array = n.w - (n.lr if lr is None else lr) * v
    return moved


def _scaling(id: str, scaled: Scaled, text: str) -> Misconception:
    return mistake(id, DEFAULTS, lambda n, o: _moved(n, o, _slope(n, o), scaled), text)


def _eps_inside(n: Now, o: Options, g: Array) -> Array:
    scaled: Array = g / np.sqrt(_square(n, o, g) + o["eps"])
    return scaled


def _swapped(n: Now, o: Options, g: Array) -> Array:
    return _scaled(n, o | {"alpha": 1 - o["alpha"]}, g)


def _no_root(n: Now, o: Options, g: Array) -> Array:
    scaled: Array = g / (_square(n, o, g) + o["eps"])
    return scaled


def _not_squared(n: Now, o: Options, g: Array) -> Array:
    s = n.state["s"] = o["alpha"] * n.keep("s") + (1 - o["alpha"]) * np.abs(g)
    scaled: Array = g / (np.sqrt(s) + o["eps"])
    return scaled


def _square_of_mean(n: Now, o: Options, g: Array) -> Array:
    s = n.state["s"] = o["alpha"] * n.keep("s") + (1 - o["alpha"]) * g
    scaled: Array = g / (np.abs(s) + o["eps"])
    return scaled


def _summed(n: Now, o: Options, g: Array) -> Array:
    s = n.state["s"] = n.keep("s") + g * g
    scaled: Array = g / (np.sqrt(s) + o["eps"])
    return scaled


def _not_kept(n: Now, o: Options, g: Array) -> Array:
    n.state.pop("s", None)
    return _scaled(n, o, g)


def _old_square(n: Now, o: Options, g: Array) -> Array:
    old = n.keep("s")
    _square(n, o, g)
    scaled: Array = g / (np.sqrt(old) + o["eps"])
    return scaled


def _corrected(n: Now, o: Options, g: Array) -> Array:
    scaled: Array = g / (np.sqrt(_square(n, o, g) / (1 - o["alpha"] ** n.t)) + o["eps"])
    return scaled


def _momentum_first(n: Now, o: Options) -> Array:
    g = _slope(n, o)
    v = n.state["v"] = o["momentum"] * n.keep("v") + g
    moved: Array = n.w - n.lr * v / (np.sqrt(_square(n, o, g)) + o["eps"])
    return moved


def _lr_in_velocity(n: Now, o: Options) -> Array:
    v = n.state["v"] = o["momentum"] * n.keep("v") + n.lr * _scaled(n, o, _slope(n, o))
    moved: Array = n.w - v
    return moved


def _averaged(n: Now, o: Options) -> Array:
    m = o["momentum"]
    v = n.state["v"] = m * n.keep("v") + (1 - m) * _scaled(n, o, _slope(n, o))
    moved: Array = n.w - n.lr * v
    return moved


def _decoupled(n: Now, o: Options) -> Array:
    n.w = n.w * (1 - n.lr * o["weight_decay"])
    return _moved(n, o, n.g)


def _decay_unscaled(n: Now, o: Options, g: Array) -> Array:
    """The decay joins the gradient above, but not in the mean square."""
    scaled: Array = g / (np.sqrt(_square(n, o, n.g)) + o["eps"])
    return scaled


PLAIN = (
    mistake(
        "uphill",
        DEFAULTS,
        lambda n, o: 2 * n.w - _moved(n, o, _slope(n, o)),
        "you went uphill: the gradient points up, so subtract it.",
    ),
    mistake(
        "lr-from-construction",
        DEFAULTS,
        lambda n, o: _moved(n, o, _slope(n, o), lr=n.first_lr),
        "the learning rate of construction were used throughout: read self.lr in every step, a schedule changes it.",
    ),
    _scaling(
        "eps-inside-the-root",
        _eps_inside,
        "eps stood inside the root: take the root of the mean square first, then add eps.",
    ),
    _scaling(
        "alpha-swapped",
        _swapped,
        "alpha and 1 - alpha changed places: alpha is the share of the old mean square that stays.",
    ),
    _scaling(
        "no-root",
        _no_root,
        "the root were missing: divide by the root of the mean square, which has the gradient's unit.",
    ),
    _scaling(
        "not-squared",
        _not_squared,
        "the gradient were not squared on its way into the mean: it is a mean of squares.",
    ),
    _scaling(
        "square-of-mean",
        _square_of_mean,
        "the mean were squared: square every gradient first, then let it join the mean.",
    ),
    _scaling(
        "squares-summed",
        _summed,
        "the squares were added up without forgetting, as AdaGrad does: alpha of the old stays, 1 - alpha is new.",
    ),
    _scaling(
        "square-not-kept",
        _not_kept,
        "the mean square started anew at every step: keep it on self, one array for each parameter.",
    ),
    _scaling(
        "square-of-yesterday",
        _old_square,
        "you divided by the mean square of the step before: let this gradient join it first, then divide.",
    ),
    _scaling(
        "bias-corrected",
        _corrected,
        "the mean square were corrected for its start at zero, as in Adam: RMSProp leaves it as it is.",
    ),
)
MOMENTUM = (
    *PLAIN,
    mistake(
        "momentum-before-scaling",
        DEFAULTS,
        _momentum_first,
        "the momentum gathered raw gradients, and their sum was divided: divide each gradient first, then gather.",
    ),
    mistake(
        "lr-in-velocity",
        DEFAULTS,
        _lr_in_velocity,
        "the learning rate were multiplied into the velocity: then a change of lr reaches only new gradients.",
    ),
    mistake(
        "velocity-averaged",
        DEFAULTS,
        _averaged,
        "what joins the velocity were weighed by 1 - momentum: here it joins in full.",
    ),
    mistake(
        "momentum-ignored",
        DEFAULTS,
        lambda n, o: _moved(n, o | {"momentum": 0.0}, _slope(n, o)),
        "the momentum were ignored: every scaled gradient joins a velocity that is kept, and the weights follow that.",
    ),
)
DECAY = (
    *PLAIN,
    mistake(
        "decay-ignored",
        DEFAULTS,
        lambda n, o: _moved(n, o, n.g),
        "weight_decay were ignored: add weight_decay times the parameter to its gradient.",
    ),
    mistake(
        "decay-decoupled",
        DEFAULTS,
        _decoupled,
        "the weights were shrunk apart from the gradient, as AdamW does: here the decay joins the gradient.",
    ),
    mistake(
        "decay-sign",
        DEFAULTS,
        lambda n, o: _moved(n, o, n.g - o["weight_decay"] * n.w),
        "the decay pushed weights away from zero: add weight_decay times the parameter to the gradient.",
    ),
    _scaling(
        "decay-not-in-square",
        _decay_unscaled,
        "the mean square were of the bare gradient: the decay joins the gradient before anything else is done with it.",
    ),
)
