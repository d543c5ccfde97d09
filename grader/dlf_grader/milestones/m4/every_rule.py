"""What is the same in every rule of m4: the mistakes in it that do not depend on the optimiser."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array
from dlf_grader.instruments.mistakes.defaults import wrong_defaults
from dlf_grader.instruments.mistakes.mistake import Mistake
from dlf_grader.instruments.subjects.optimiser import NOT_IN_PLACE, UPDATES
from dlf_grader.milestones.m4.formula import GRADIENT, ONE_STATE, Part, Parts, Rules, Slip, Step, slips_of
from dlf_grader.milestones.m4.trajectories import DEFAULTS

BOUNDS = (0.01, 0.1, 0.5, 1.0, 5.0, 10.0, 100.0)  # of numbers, or of a norm, to which people clip


def decayed(s: Step) -> Any:
    """The gradient with the weight decay in it."""
    return s.g + s["weight_decay"] * s.w


def of_every_rule(rules: Rules) -> tuple[Slip, ...]:
    """Mistakes in the learning rate, the sign, and which parameters move."""
    slip = slips_of(rules)
    return (
        slip(
            "lr-from-construction",
            "Every step uses the learning rate of the constructor: read self.lr at every step, because schedules "
            "set it.",
            {"lr": lambda s: s.first_rate},
        ),
        slip(
            "uphill",
            "The update has the wrong sign: the gradient points uphill, so *subtract* the update.",
            {"sign": lambda s: -1.0},
        ),
        slip(
            "lr-ignored",
            "lr is ignored: multiply the update by self.lr.",
            {"lr": lambda s: 1.0},
        ),
        slip(
            "lr-twice",
            "The update is multiplied by lr twice: multiply by self.lr once.",
            {"sign": lambda s: s.rate},
        ),
        slip(
            "one-parameter-only",
            "Only one of the parameters moves: update every parameter in the loop, and return after it.",
            {"moved": lambda s: s.w if s.at > 0 else _moved(s)},
            {"moved": lambda s: _moved(s) if s.last else s.w},
        ),
        slip(
            "every-second-step",
            "Only every second call moves the parameters: update them in each call of step.",
            *({"moved": lambda s, odd=odd: _moved(s) if s.t % 2 == odd else s.w} for odd in (0, 1)),
            *({"moved": lambda s, odd=odd: (s.w, _moved(s))[s.t % 2 == odd]} for odd in (0, 1)),  # the state goes on
        ),
        slip(
            "one-state",
            "Parameters share their state: make an array for each parameter, not several names of one array.",
            {ONE_STATE: lambda s: True},
        ),
        slip(
            "gradient-rescaled",
            "The gradient is divided by its size before it is used: use it as it is.",
            {GRADIENT: lambda s: s.g / np.linalg.norm(s.g)},
            {GRADIENT: lambda s: s.g / (np.linalg.norm(s.g) + 1e-8)},
            {GRADIENT: lambda s: s.g / s.g.size},
            {GRADIENT: lambda s: np.sign(s.g)},
        ),
        slip(
            "clipped",
            "Large gradients are clipped inside step: use them as they are. Clipping is for the caller to ask for.",
            *({GRADIENT: lambda s, most=most: np.clip(s.g, -most, most)} for most in BOUNDS),
            *({GRADIENT: lambda s, most=most: _shortened(s.g, float(np.linalg.norm(s.g)), most)} for most in BOUNDS),
            *({GRADIENT: lambda s, most=most: _shortened(s.g, s.norm, most)} for most in BOUNDS),
        ),
        slip(
            "options-swapped",
            "Two options have each other's value: check the order of the arguments, and pass them by name.",
            *(_swapped(one, other) for one, other in combinations(_numbers(rules), 2)),
        ),
    )


def _shortened(g: Array, norm: float, most: float) -> Array:
    """A gradient whose norm is at most so large."""
    return g * (most / norm) if norm > most else g


def _numbers(rules: Rules) -> list[str]:
    """The options of these optimisers that are numbers."""
    return [option for option, value in DEFAULTS[next(iter(rules))].items() if type(value) is float]


def _swapped(one: str, other: str) -> Parts:
    parts: dict[str, Part] = {
        one: lambda s: s.options[other],
        other: lambda s: s.rate if one == "lr" else s.options[one],
    }
    return parts


def _moved(s: Step) -> Any:
    return s["kept"] - s["sign"] * s["lr"] * s["update"]


def every_rule() -> Parts:
    """Parts that all rules share: what moves is what is kept of the weight less lr times the update."""
    return {
        "lr": lambda s: s.rate,
        "sign": lambda s: 1.0,
        "kept": lambda s: s.w,
        "decayed": decayed,
        "moved": _moved,
    }


def of_every_decay(rules: Rules) -> tuple[Slip, ...]:
    """Mistakes in a weight decay that is part of the gradient."""
    slip = slips_of(rules)
    return (
        slip(
            "decay-ignored",
            "weight_decay is ignored: add weight_decay times the parameter to its gradient.",
            {"decayed": lambda s: s.g},
        ),
        slip(
            "decay-sign",
            "The decay pushes weights away from zero: *add* weight_decay times the parameter to the gradient.",
            {"decayed": lambda s: s.g - s["weight_decay"] * s.w},
        ),
        slip(
            "decay-doubled",
            "The decay counts twice: the gradient of the penalty is weight_decay times the parameter, without a "
            "factor 2.",
            {"decayed": lambda s: s.g + 2 * s["weight_decay"] * s.w},
        ),
        slip(
            "decay-halved",
            "The decay counts by half: the gradient of the penalty is weight_decay times the parameter.",
            {"decayed": lambda s: s.g + s["weight_decay"] * s.w / 2},
        ),
        slip(
            "decay-times-lr",
            "The decay in the gradient contains lr already: add weight_decay times the parameter, and multiply by lr "
            "only when you move.",
            {"decayed": lambda s: s.g + s.rate * s["weight_decay"] * s.w},
        ),
        slip(
            "decay-of-the-gradient",
            "The decay is taken of the gradient: multiply weight_decay by the *parameter*, and add that to the "
            "gradient.",
            {"decayed": lambda s: s.g + s["weight_decay"] * s.g},
            {"decayed": lambda s: s.g - s["weight_decay"] * s.g},
            {"decayed": lambda s: s.g * s["weight_decay"] if s["weight_decay"] else s.g},
        ),
        slip(
            "decay-without-the-weight",
            "The decay is the same for every weight: multiply weight_decay by the parameter.",
            {"decayed": lambda s: s.g + s["weight_decay"]},
        ),
        slip(
            "decay-as-l1",
            "Only the sign of the weight is in the decay, as in an L1 penalty: use the weight itself.",
            {"decayed": lambda s: s.g + s["weight_decay"] * np.sign(s.w)},
        ),
        slip(
            "decay-squared",
            "The decay contains the square of the weight: its derivative is the weight itself.",
            {"decayed": lambda s: s.g + s["weight_decay"] * s.w**2},
            {"decayed": lambda s: s.g + s["weight_decay"] * s.w**2 / 2},
        ),
        slip(
            "decay-of-matrices-only",
            "Only parameters with two axes decay: add the decay to the gradient of every parameter.",
            {"decayed": lambda s: decayed(s) if s.w.ndim > 1 else s.g},
        ),
        slip(
            "decay-after-the-step",
            "The decay shrinks the weights after the step: add it to the gradient, before the step.",
            {"decayed": lambda s: s.g, "moved": lambda s: _moved(s) * (1 - s["lr"] * s["weight_decay"])},
        ),
    )


def defaults_of(name: str) -> tuple[Mistake, ...]:
    """Wrong defaults of an optimiser's options."""
    options = {option: value for option, value in DEFAULTS[name].items() if option != "nesterov"}  # it needs momentum
    return wrong_defaults(options, UPDATES)


EVERY: tuple[Mistake, ...] = (NOT_IN_PLACE,)
