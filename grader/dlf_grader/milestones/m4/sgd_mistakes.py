"""What people get wrong in SGD: each mistaken rule written out, for one parameter at one step."""

from __future__ import annotations

from dlf_grader.instruments_old.layer import Array
from dlf_grader.milestones.m4.trajectory import Now, Options, mistake

DEFAULTS: Options = {"lr": 1e-2, "momentum": 0.0, "nesterov": False, "weight_decay": 0.0}


def _decayed(n: Now, o: Options) -> Array:
    slope: Array = n.g + o["weight_decay"] * n.w
    return slope


def _moved(n: Now, o: Options, slope: Array, lr: float) -> Array:
    """SGD's own rule, from a slope that may be mistaken."""
    v = n.state["v"] = o["momentum"] * n.keep("v") + slope
    direction: Array = slope + o["momentum"] * v if o["nesterov"] else v
    moved: Array = n.w - lr * direction
    return moved


def _sign(n: Now, o: Options) -> Array:
    moved: Array = 2 * n.w - _moved(n, o, _decayed(n, o), n.lr)
    return moved


def _first_lr(n: Now, o: Options) -> Array:
    return _moved(n, o, _decayed(n, o), n.first_lr)


def _no_velocity(n: Now, o: Options) -> Array:
    return n.w - n.lr * _decayed(n, o)


def _velocity_not_kept(n: Now, o: Options) -> Array:
    slope = _decayed(n, o)
    moved: Array = n.w - n.lr * slope * (1 + o["momentum"])
    return moved


def _averaged(n: Now, o: Options) -> Array:
    slope, m = _decayed(n, o), o["momentum"]
    v = n.state["v"] = m * n.keep("v") + (1 - m) * slope
    moved: Array = n.w - n.lr * (slope + m * v if o["nesterov"] else v)
    return moved


def _lr_in_velocity(n: Now, o: Options) -> Array:
    slope, m = _decayed(n, o), o["momentum"]
    v = n.state["v"] = m * n.keep("v") + n.lr * slope
    moved: Array = n.w - (n.lr * slope + m * v if o["nesterov"] else v)
    return moved


def _starts_at_zero(n: Now, o: Options) -> Array:
    """The velocity before this step's gradient joins it."""
    slope, old = _decayed(n, o), n.keep("v")
    n.state["v"] = o["momentum"] * old + slope
    moved: Array = n.w - n.lr * old
    return moved


def _plain_momentum(n: Now, o: Options) -> Array:
    return _moved(n, o | {"nesterov": False}, _decayed(n, o), n.lr)


def _looks_back(n: Now, o: Options) -> Array:
    slope, m = _decayed(n, o), o["momentum"]
    v = n.state["v"] = m * n.keep("v") + slope
    moved: Array = n.w - n.lr * (slope - m * v)
    return moved


def _velocity_twice(n: Now, o: Options) -> Array:
    slope, m = _decayed(n, o), o["momentum"]
    v = n.state["v"] = m * n.keep("v") + slope
    moved: Array = n.w - n.lr * (v + m * v)
    return moved


def _decoupled(n: Now, o: Options) -> Array:
    n.w = n.w * (1 - n.lr * o["weight_decay"])
    return _moved(n, o, n.g, n.lr)


def _decay_sign(n: Now, o: Options) -> Array:
    return _moved(n, o, n.g - o["weight_decay"] * n.w, n.lr)


def _decay_ignored(n: Now, o: Options) -> Array:
    return _moved(n, o, n.g, n.lr)


def _decay_without_lr(n: Now, o: Options) -> Array:
    moved: Array = _moved(n, o, n.g, n.lr) - o["weight_decay"] * n.w
    return moved


def _decay_doubled(n: Now, o: Options) -> Array:
    return _moved(n, o, n.g + 2 * o["weight_decay"] * n.w, n.lr)


PLAIN = (
    mistake("uphill", DEFAULTS, _sign, "you went uphill: the gradient points up, so subtract it."),
    mistake(
        "lr-from-construction",
        DEFAULTS,
        _first_lr,
        "the learning rate of construction were used throughout: read self.lr in every step, a schedule changes it.",
    ),
)
MOMENTUM = (
    *PLAIN,
    mistake(
        "momentum-ignored",
        DEFAULTS,
        _no_velocity,
        "the momentum were ignored: every step adds the gradient to a velocity that is kept, and moves along that.",
    ),
    mistake(
        "velocity-not-kept",
        DEFAULTS,
        _velocity_not_kept,
        "the velocity started anew at every step: keep it on self, one array for each parameter.",
    ),
    mistake(
        "velocity-averaged",
        DEFAULTS,
        _averaged,
        "the gradient were weighed by 1 - momentum, as in an average: here it joins the velocity in full.",
    ),
    mistake(
        "lr-in-velocity",
        DEFAULTS,
        _lr_in_velocity,
        "the learning rate were multiplied into the velocity: then a change of lr reaches only new gradients. Keep "
        "the velocity free of it and multiply when you move.",
    ),
    mistake(
        "velocity-late",
        DEFAULTS,
        _starts_at_zero,
        "you moved along the velocity of the step before: let this step's gradient join it first, then move.",
    ),
)
NESTEROV = (
    mistake(
        "nesterov-ignored",
        DEFAULTS,
        _plain_momentum,
        "nesterov were ignored, or looked along the velocity of the step before, which comes to the same: move along "
        "the gradient plus momentum times the new velocity.",
    ),
    mistake(
        "nesterov-backwards",
        DEFAULTS,
        _looks_back,
        "nesterov looked the wrong way: momentum times the velocity is added to the gradient, not taken off it.",
    ),
    mistake(
        "nesterov-velocity-twice",
        DEFAULTS,
        _velocity_twice,
        "the velocity took the gradient's place in the look-ahead: add momentum times the velocity to the gradient.",
    ),
    *MOMENTUM,
)
DECAY = (
    *PLAIN,
    mistake(
        "decay-ignored",
        DEFAULTS,
        _decay_ignored,
        "weight_decay were ignored: add weight_decay times the parameter to its gradient.",
    ),
    mistake(
        "decay-decoupled",
        DEFAULTS,
        _decoupled,
        "the weights were shrunk apart from the gradient, as AdamW does: in SGD the decay joins the gradient, and so "
        "the velocity.",
    ),
    mistake(
        "decay-sign",
        DEFAULTS,
        _decay_sign,
        "the decay pushed weights away from zero: add weight_decay times the parameter to the gradient.",
    ),
    mistake(
        "decay-without-lr",
        DEFAULTS,
        _decay_without_lr,
        "the decay were taken off without lr: what joins the gradient is multiplied by lr with it.",
    ),
    mistake(
        "decay-doubled",
        DEFAULTS,
        _decay_doubled,
        "the decay counted twice: weight_decay times the parameter is the slope already, with no factor 2.",
    ),
)
