"""What people get wrong in SGD."""

from __future__ import annotations

from typing import Any

from dlf_grader.instruments.case import Array
from dlf_grader.instruments.mistake import mistake
from dlf_grader.instruments.optimiser import UPDATES
from dlf_grader.milestones.m4.mistaken_rules import EVERY, UPHILL, Step, by_rule, with_options
from dlf_grader.milestones.m4.trajectories import Options


def _velocity(s: Step, o: Options, pushed: Array) -> Any:
    return s.accumulate("velocity", o["momentum"], pushed)


def _moved(s: Step, o: Options, g: Array, share: float = 1.0) -> Any:
    """SGD's own rule, from a gradient that may be mistaken, or the share of it that joins the velocity."""
    velocity = _velocity(s, o, share * g)
    return s.w - s.lr * (g + o["momentum"] * velocity if o["nesterov"] else velocity)


def _lr_in_velocity(s: Step, o: Options) -> Any:
    g = s.decayed(o)
    velocity = _velocity(s, o, s.lr * g)
    return s.w - (s.lr * g + o["momentum"] * velocity if o["nesterov"] else velocity)


def _velocity_late(s: Step, o: Options) -> Any:
    old = s.stored("velocity")
    _velocity(s, o, s.decayed(o))
    return s.w - s.lr * old


PLAIN = (*EVERY, UPHILL)
MOMENTUM = (
    *PLAIN,
    mistake(
        "momentum-ignored",
        UPDATES,
        with_options(lambda o: {"momentum": 0.0, "nesterov": False}),
        "The momentum is ignored: add every gradient to a stored velocity, and move along that.",
    ),
    mistake(
        "velocity-not-kept",
        UPDATES,
        by_rule(lambda s, o: s.w - s.lr * (1 + o["momentum"]) * s.decayed(o)),
        "The velocity starts at zero in every step: store it on self, one array for each parameter.",
    ),
    mistake(
        "velocity-averaged",
        UPDATES,
        by_rule(lambda s, o: _moved(s, o, s.decayed(o), share=1 - o["momentum"])),
        "The gradient is multiplied by 1 - momentum, as in an average: add the whole gradient to the velocity.",
    ),
    mistake(
        "lr-in-velocity",
        UPDATES,
        by_rule(_lr_in_velocity),
        "The velocity contains lr, so a new lr reaches only new gradients. Multiply by lr when you move.",
    ),
    mistake(
        "velocity-late",
        UPDATES,
        by_rule(_velocity_late),
        "The parameter moves along the previous velocity: add this step's gradient first, then move.",
    ),
)
NESTEROV = (
    mistake(
        "nesterov-ignored",
        UPDATES,
        with_options(lambda o: {"nesterov": False}),
        "This is plain momentum: with nesterov move along the gradient plus momentum times the *new* velocity.",
    ),
    mistake(
        "nesterov-backwards",
        UPDATES,
        by_rule(lambda s, o: s.w - s.lr * (s.decayed(o) - o["momentum"] * _velocity(s, o, s.decayed(o)))),
        "The look-ahead has the wrong sign: *add* momentum times the velocity to the gradient.",
    ),
    mistake(
        "nesterov-velocity-twice",
        UPDATES,
        by_rule(lambda s, o: s.w - s.lr * (1 + o["momentum"]) * _velocity(s, o, s.decayed(o))),
        "The look-ahead uses the velocity twice: add momentum times the velocity to the *gradient*.",
    ),
    *MOMENTUM,
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
        by_rule(lambda s, o: _moved(s.shrunk(s.lr * o["weight_decay"]), o, s.g)),
        "The decay shrinks the weights directly, as in AdamW: in SGD add it to the gradient, and so to the velocity.",
    ),
    mistake(
        "decay-sign",
        UPDATES,
        with_options(lambda o: {"weight_decay": -o["weight_decay"]}),
        "The decay pushes weights away from zero: *add* weight_decay times the parameter to the gradient.",
    ),
    mistake(
        "decay-without-lr",
        UPDATES,
        by_rule(lambda s, o: _moved(s, o, s.g) - o["weight_decay"] * s.w),
        "The decay is not multiplied by lr: add it to the gradient before the step.",
    ),
    mistake(
        "decay-doubled",
        UPDATES,
        with_options(lambda o: {"weight_decay": 2 * o["weight_decay"]}),
        "The decay counts twice: the gradient of the penalty is weight_decay times the parameter, without a factor 2.",
    ),
)
