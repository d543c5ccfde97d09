"""What people get wrong in the weight decay of Adam and of AdamW."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlf_grader.milestones.m4.adam.rules import ADAM, ADAMW, RULES, mean
from dlf_grader.milestones.m4.every_rule import of_every_decay
from dlf_grader.milestones.m4.formula import Parts, Step, slips_of
from dlf_grader.milestones.m4.mean_squares import mean_square

_slip = slips_of(RULES)
_w = slips_of({"AdamW": ADAMW})
WEIGHT_DECAY = (
    *of_every_decay({"Adam": ADAM}),
    _slip(
        "decay-decoupled",
        "The decay shrinks the weights directly: that is AdamW. In Adam add it to the gradient, so that it is scaled.",
        {"decayed": lambda s: s.g, "kept": lambda s: s.w * (1 - s["lr"] * s["weight_decay"])},
    ),
    _slip(
        "decay-without-lr",
        "The weights shrink by weight_decay, without lr: in Adam add the decay to the gradient.",
        {"decayed": lambda s: s.g, "kept": lambda s: s.w * (1 - s["weight_decay"])},
    ),
    _slip(
        "decay-not-in-square",
        "The mean square leaves the decay out: add the decay to the gradient first, then square that sum.",
        {"square": lambda s: mean_square(s, s.g**2)},
    ),
    _slip(
        "decay-only-in-square",
        "The mean gradient leaves the decay out: add the decay to the gradient before both means.",
        {"mean": lambda s: mean(s, s.g)},
    ),
    _slip(
        "decay-after-the-means",
        "The decay is added to the corrected mean: add it to the gradient, before both means.",
        {"decayed": lambda s: s.g, "numerator": lambda s: s["mean"] / s["c1"] + s["weight_decay"] * s.w},
    ),
    _slip(
        "decay-both-ways",
        "The decay acts twice, on the weights and through the gradient: only add it to the gradient.",
        {"kept": lambda s: s.w * (1 - s["lr"] * s["weight_decay"])},
    ),
)


def _shrinking(share: Callable[[Step], Any]) -> Parts:
    return {"kept": lambda s: s.w * (1 - share(s))}


DECOUPLED = (
    _w(
        "decay-coupled",
        "The decay is part of the gradient: that is Adam with L2. In AdamW shrink the weights themselves.",
        {"decayed": ADAM["decayed"], "kept": lambda s: s.w},
    ),
    _w(
        "decay-both-ways",
        "The decay acts twice, on the weights and through the gradient: leave it out of the gradient.",
        {"decayed": lambda s: s.g + s["weight_decay"] * s["kept"]},
        {"decayed": ADAM["decayed"]},
    ),
    _w(
        "decay-ignored",
        "weight_decay is ignored: multiply the weights by 1 - lr · weight_decay in every step.",
        _shrinking(lambda s: 0.0),
    ),
    _w(
        "decay-without-lr",
        "The weights shrink by weight_decay, without lr: multiply them by 1 - lr · weight_decay.",
        _shrinking(lambda s: s["weight_decay"]),
    ),
    _w(
        "decay-lr-alone",
        "The weights shrink by lr, without weight_decay: multiply them by 1 - lr · weight_decay.",
        _shrinking(lambda s: s["lr"]),
    ),
    _w(
        "decay-apart",
        "The weights are multiplied by 1 - lr and by 1 - weight_decay: multiply them by 1 - lr · weight_decay.",
        _shrinking(lambda s: 1 - (1 - s["lr"]) * (1 - s["weight_decay"])),
    ),
    _w(
        "decay-nearly",
        "The weights are multiplied by exp(-lr · weight_decay), or divided by 1 + lr · weight_decay: that is only "
        "nearly 1 - lr · weight_decay, by which to multiply.",
        _shrinking(lambda s: 1 - np.exp(-s["lr"] * s["weight_decay"])),
        _shrinking(lambda s: 1 - 1 / (1 + s["lr"] * s["weight_decay"])),
    ),
    _w(
        "decay-of-matrices-only",
        "Only parameters with two axes decay: shrink every parameter.",
        _shrinking(lambda s: s["lr"] * s["weight_decay"] * (s.w.ndim > 1)),
    ),
    _w(
        "decay-to-the-rest",
        "The weights are multiplied by lr · weight_decay: multiply them by 1 minus that.",
        {"kept": lambda s: s.w * s["lr"] * s["weight_decay"]},
    ),
    _w(
        "decay-sign",
        "The decay pushes weights away from zero: multiply them by 1 - lr · weight_decay, not 1 + lr · weight_decay.",
        _shrinking(lambda s: -s["lr"] * s["weight_decay"]),
    ),
    _w(
        "decay-doubled",
        "The decay counts twice: multiply the weights by 1 - lr · weight_decay, once in a step.",
        _shrinking(lambda s: 2 * s["lr"] * s["weight_decay"]),
        _shrinking(lambda s: 1 - (1 - s["lr"] * s["weight_decay"]) ** 2),
    ),
    _w(
        "decay-with-the-first-lr",
        "The decay uses the learning rate of the constructor: read self.lr for it in every step.",
        _shrinking(lambda s: s.first_rate * s["weight_decay"]),
    ),
    _w(
        "decay-lr-squared",
        "The decay is multiplied by lr twice: multiply the weights by 1 - lr · weight_decay.",
        _shrinking(lambda s: s["lr"] ** 2 * s["weight_decay"]),
    ),
    _w(
        "decay-after-the-step",
        "The decay comes after Adam's step and shrinks the update too: shrink the weights first, then step.",
        {"moved": lambda s: (s.w - s["sign"] * s["lr"] * s["update"]) * (1 - s["lr"] * s["weight_decay"])},
    ),
    _w(
        "decay-scaled",
        "The decay is divided by the root with the mean: that scales it. Take it from the weights, apart.",
        {"kept": lambda s: s.w, "numerator": lambda s: s["mean"] / s["c1"] + s["weight_decay"] * s.w},
    ),
    _w(
        "decay-without-the-weight",
        "The decay is the same for every weight: multiply lr · weight_decay by the weight.",
        {"kept": lambda s: s.w - s["lr"] * s["weight_decay"]},
    ),
    _w(
        "decay-of-the-gradient",
        "The decay is taken of the gradient: multiply lr · weight_decay by the weight.",
        {"kept": lambda s: s.w - s["lr"] * s["weight_decay"] * s.g},
    ),
)
