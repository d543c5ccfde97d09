"""SGD's rule in parts, and what people get wrong in it."""

from __future__ import annotations

from typing import Any

from dlf_grader.milestones.m4.every_rule import defaults_of, every_rule, of_every_decay, of_every_rule
from dlf_grader.milestones.m4.formula import Parts, Step, slips_of


def _velocity(s: Step, share: float, pushed: Any) -> Any:
    return s.accumulate("velocity", share, pushed)


def _ahead(s: Step) -> Any:
    """Where a step goes: along the velocity, or with nesterov ahead of it."""
    return s["decayed"] + s["momentum"] * s["velocity"] if s["nesterov"] else s["velocity"]


SGD: Parts = {
    **every_rule(),
    "velocity": lambda s: _velocity(s, s["momentum"], s["decayed"]),
    "update": _ahead,
}
RULES = {"SGD": SGD}
_slip = slips_of(RULES)


def _lr_in_velocity(s: Step) -> Any:
    """lr times what joins the velocity; the update is then divided by lr, by which it will be multiplied."""
    velocity = _velocity(s, s["momentum"], s["lr"] * s["decayed"])
    ahead = s["lr"] * s["decayed"] + s["momentum"] * velocity if s["nesterov"] else velocity
    return s["kept"] - s["sign"] * ahead


PLAIN = of_every_rule(RULES)
MOMENTUM = (
    _slip(
        "momentum-ignored",
        "Nothing is left of the velocity of the step before: keep momentum times it on self, and add the gradient.",
        {"update": lambda s: s["decayed"]},
    ),
    _slip(
        "velocity-not-kept",
        "The velocity starts at zero in every step: store it on self, one array for each parameter.",
        {"update": lambda s: (1 + s["momentum"]) * s["decayed"]},
    ),
    _slip(
        "velocity-averaged",
        "The gradient is multiplied by 1 - momentum, as in an average: add the whole gradient to the velocity.",
        {"velocity": lambda s: _velocity(s, s["momentum"], (1 - s["momentum"]) * s["decayed"])},
        {
            "velocity": lambda s: s.keep(
                "velocity",
                s["decayed"] if s.t == 1 else s["momentum"] * s.old("velocity") + (1 - s["momentum"]) * s["decayed"],
            )
        },
    ),
    _slip(
        "momentum-swapped",
        "momentum and 1 - momentum are swapped: keep momentum of the old velocity, and add the whole gradient.",
        {"velocity": lambda s: _velocity(s, 1 - s["momentum"], s["decayed"])},
        {"velocity": lambda s: _velocity(s, 1 - s["momentum"], s["momentum"] * s["decayed"])},
    ),
    _slip(
        "momentum-on-the-gradient",
        "momentum multiplies the new gradient: multiply the old velocity by it, and add the gradient.",
        {"velocity": lambda s: _velocity(s, 1.0, s["momentum"] * s["decayed"])},
        {"velocity": lambda s: _velocity(s, s["momentum"], s["momentum"] * s["decayed"])},
        {"velocity": lambda s: s.keep("velocity", s["momentum"] * (s.old("velocity") + s["decayed"]))},
    ),
    _slip(
        "velocity-never-fades",
        "The velocity is never multiplied by momentum: keep that share of it, then add the gradient.",
        {"velocity": lambda s: _velocity(s, 1.0, s["decayed"])},
    ),
    _slip(
        "velocity-sign",
        "The gradient has the wrong sign in the velocity: momentum times the old velocity *plus* the gradient.",
        {"velocity": lambda s: _velocity(s, -s["momentum"], s["decayed"])},
        {"velocity": lambda s: _velocity(s, s["momentum"], -s["decayed"])},
    ),
    _slip(
        "lr-in-velocity",
        "The velocity contains lr, so a new lr reaches only new gradients. Multiply by lr when you move.",
        {"moved": _lr_in_velocity},
    ),
    _slip(
        "velocity-late",
        "The parameter moves along the previous velocity: add this step's gradient first, then move.",
        {"update": lambda s: (s.old("velocity"), s["velocity"])[0]},
    ),
    _slip(
        "velocity-and-gradient",
        "The parameter moves along the gradient and along the velocity, which contains the gradient: move along the "
        "velocity alone.",
        {"update": lambda s: s["decayed"] + s["velocity"]},
    ),
    _slip(
        "nesterov-always",
        "Every step looks ahead: do so only with nesterov=True.",
        {"nesterov": lambda s: True},
    ),
)
NESTEROV = (
    _slip(
        "nesterov-ignored",
        "This is plain momentum: with nesterov move along the gradient plus momentum times the *new* velocity.",
        {"nesterov": lambda s: False},
    ),
    _slip(
        "nesterov-backwards",
        "The look-ahead has the wrong sign: *add* momentum times the velocity to the gradient.",
        {"update": lambda s: s["decayed"] - s["momentum"] * s["velocity"] if s["nesterov"] else s["velocity"]},
    ),
    _slip(
        "nesterov-velocity-twice",
        "The look-ahead uses the velocity twice: add momentum times the velocity to the *gradient*.",
        {"update": lambda s: (1 + s["momentum"] * s["nesterov"]) * s["velocity"]},
    ),
    _slip(
        "nesterov-in-velocity",
        "The look-ahead is stored as the velocity: store the velocity, and look ahead only in this step's direction.",
        {"update": lambda s: s.keep("velocity", _ahead(s))},
    ),
    _slip(
        "nesterov-swapped",
        "Gradient and velocity are swapped in the look-ahead: it is the gradient plus momentum times the velocity.",
        {"update": lambda s: s["velocity"] + s["momentum"] * s["nesterov"] * s["decayed"]},
    ),
    _slip(
        "nesterov-without-momentum",
        "The look-ahead adds the whole velocity: multiply the velocity by momentum first.",
        {"update": lambda s: s["decayed"] + s["velocity"] if s["nesterov"] else s["velocity"]},
    ),
    _slip(
        "nesterov-without-gradient",
        "The gradient is missing in the look-ahead: move along the gradient plus momentum times the velocity.",
        {"update": lambda s: s["momentum"] * s["velocity"] if s["nesterov"] else s["velocity"]},
    ),
    _slip(
        "nesterov-twice",
        "The look-ahead is taken twice: the gradient plus momentum times the velocity, once.",
        {
            "update": lambda s: (
                s["decayed"] + s["momentum"] * (s["decayed"] + s["momentum"] * s["velocity"])
                if s["nesterov"]
                else s["velocity"]
            )
        },
    ),
)
WEIGHT_DECAY = (
    *of_every_decay(RULES),
    _slip(
        "decay-decoupled",
        "The decay shrinks the weights directly, as in AdamW: in SGD add it to the gradient, and so to the velocity.",
        {"decayed": lambda s: s.g, "kept": lambda s: s.w * (1 - s.rate * s["weight_decay"])},
    ),
    _slip(
        "decay-without-lr",
        "The decay is not multiplied by lr: add it to the gradient before the step.",
        {"decayed": lambda s: s.g, "kept": lambda s: s.w * (1 - s["weight_decay"])},
    ),
    _slip(
        "decay-both-ways",
        "The decay acts twice, on the weights and through the gradient: only add it to the gradient.",
        {"kept": lambda s: s.w * (1 - s.rate * s["weight_decay"])},
    ),
    _slip(
        "decay-not-in-velocity",
        "The velocity leaves the decay out: add to it the gradient that has the decay in it.",
        {"velocity": lambda s: _velocity(s, s["momentum"], s.g if s["momentum"] else s["decayed"])},
    ),
    _slip(
        "decay-not-ahead",
        "The look-ahead leaves the decay out: use the gradient with the decay in the velocity and in the look-ahead.",
        {"update": lambda s: s.g + s["momentum"] * s["velocity"] if s["nesterov"] else s["velocity"]},
    ),
)
SLIPS = (*PLAIN, *NESTEROV, *MOMENTUM, *WEIGHT_DECAY)
DEFAULTS = defaults_of("SGD")
