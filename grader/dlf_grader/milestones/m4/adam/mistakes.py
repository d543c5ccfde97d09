"""What people get wrong in Adam and AdamW: most of it in both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistake import Ask, Mistaken, mistake
from dlf_grader.instruments.optimiser import UPDATES
from dlf_grader.milestones.m4.mistaken_rules import EVERY, Step, all_options, by_rule, with_options
from dlf_grader.milestones.m4.trajectories import Options

Update = Callable[[Array, Array, Step, Options], Array]  # of the mean m and the mean square v


def _c1(t: int, o: Options) -> Any:
    """What corrects the mean at step t; in NumPy's numbers, a division by zero gives inf."""
    return np.float64(1 - o["betas"][0] ** t)


def _c2(t: int, o: Options) -> Any:
    """What corrects the mean square at step t."""
    return np.float64(1 - o["betas"][1] ** t)


def _moved(s: Step, o: Options, g: Array, update: Update | None = None) -> Any:
    """Adam's own step, from a gradient or an update that may be mistaken."""
    beta1, beta2 = o["betas"]
    m = s.accumulate("m", beta1, (1 - beta1) * g)
    v = s.accumulate("v", beta2, (1 - beta2) * g * g)
    return s.w - s.lr * (update or _corrected(lambda s: s.t))(m, v, s, o)


def _corrected(count: Callable[[Step], int]) -> Update:
    """The update with the corrections of a step that may be another than this one."""
    return lambda m, v, s, o: m / _c1(count(s), o) / (np.sqrt(v / _c2(count(s), o)) + o["eps"])


def _shrunk(s: Step, o: Options) -> Step:
    """The step after AdamW's decay of the weights."""
    return s.shrunk(s.lr * o["weight_decay"])


def _updating(update: Update) -> Mistaken:
    """The updates of Adam, or of AdamW, with an update that is mistaken."""
    adam = by_rule(lambda s, o: _moved(s, o, s.decayed(o), update))
    adamw = by_rule(lambda s, o: _moved(_shrunk(s, o), o, s.g, update))
    return lambda ask, case, tensor: (adamw if _is_adamw(case) else adam)(ask, case, tensor)


def _is_adamw(case: Case) -> bool:
    return bool(case.attributes["optimiser"] == "AdamW")


def _uphill(ask: Ask, case: Case, tensor: str) -> Any:
    """The answer to negative learning rates; AdamW's decay, which is multiplied by lr too, must keep its sign."""
    decay = all_options(case)["weight_decay"] * (-1 if _is_adamw(case) else 1)
    rates = {"lrs": [-lr for lr in case.attributes["lrs"]]}
    return ask(replace(case, init=case.init | {"weight_decay": decay}, attributes=case.attributes | rates))[tensor]


def _corrected_in_place(m: Array, v: Array, s: Step, o: Options) -> Array:
    s.state["m"], s.state["v"] = m / _c1(s.t, o), v / _c2(s.t, o)
    return _corrected(lambda s: s.t)(m, v, s, o)


BOTH = (
    *EVERY,
    mistake(
        "uphill",
        UPDATES,
        _uphill,
        "The update has the wrong sign: the gradient points uphill, so *subtract* the update.",
    ),
    mistake(
        "no-bias-correction",
        UPDATES,
        _updating(lambda m, v, s, o: m / (np.sqrt(v) + o["eps"])),
        "Neither mean is corrected for its start at zero: divide the first by 1 - beta1^t, the second by 1 - beta2^t.",
    ),
    mistake(
        "first-mean-uncorrected",
        UPDATES,
        _updating(lambda m, v, s, o: m / (np.sqrt(v / _c2(s.t, o)) + o["eps"])),
        "Only the mean square is corrected: the mean gradient starts at zero too, so divide it by 1 - beta1^t.",
    ),
    mistake(
        "mean-square-uncorrected",
        UPDATES,
        _updating(lambda m, v, s, o: m / _c1(s.t, o) / (np.sqrt(v) + o["eps"])),
        "Only the mean gradient is corrected: the mean square starts at zero too, so divide it by 1 - beta2^t.",
    ),
    mistake(
        "corrected-from-step-zero",
        UPDATES,
        _updating(_corrected(lambda s: s.t - 1)),
        "The count is raised after its use, so the first step divides by 1 - beta^0 = 0. The first step is step 1.",
    ),
    mistake(
        "counted-twice",
        UPDATES,
        _updating(_corrected(lambda s: s.t + 1)),
        "The count is one too high: the first step is step 1, and its corrections are 1 - beta1 and 1 - beta2.",
    ),
    mistake(
        "count-per-parameter",
        UPDATES,
        _updating(_corrected(lambda s: s.calls)),
        "The count is raised for every parameter: raise it once in each step, before the loop.",
    ),
    mistake(
        "correction-not-raised",
        UPDATES,
        _updating(_corrected(lambda s: 1)),
        "The corrections stay those of the first step: raise each beta to the power t.",
    ),
    mistake(
        "eps-inside-the-root",
        UPDATES,
        _updating(lambda m, v, s, o: m / _c1(s.t, o) / np.sqrt(v / _c2(s.t, o) + o["eps"])),
        "eps is inside the root: take the root of the corrected mean square first, then add eps.",
    ),
    mistake(
        "eps-before-correction",
        UPDATES,
        _updating(lambda m, v, s, o: m / _c1(s.t, o) * np.sqrt(_c2(s.t, o)) / (np.sqrt(v) + o["eps"])),
        "eps is added before the correction: correct the mean square, take the root, and add eps last.",
    ),
    mistake(
        "no-root",
        UPDATES,
        _updating(lambda m, v, s, o: m / _c1(s.t, o) / (v / _c2(s.t, o) + o["eps"])),
        "The root is missing: divide by the root of the mean square, which has the gradient's unit.",
    ),
    mistake(
        "root-not-corrected-alike",
        UPDATES,
        _updating(lambda m, v, s, o: m / _c1(s.t, o) / (np.sqrt(v) / _c2(s.t, o) + o["eps"])),
        "The root is divided by 1 - beta2^t: divide the mean square by it, then take the root.",
    ),
    mistake(
        "gradient-for-mean",
        UPDATES,
        _updating(lambda m, v, s, o: s.g / (np.sqrt(v / _c2(s.t, o)) + o["eps"])),
        "The update uses the gradient itself: use its running mean, corrected.",
    ),
    mistake(
        "betas-swapped",
        UPDATES,
        with_options(lambda o: {"betas": o["betas"][::-1]}),
        "The betas are swapped: the first belongs to the mean gradient, the second to the mean square.",
    ),
    mistake(
        "corrected-mean-kept",
        UPDATES,
        _updating(_corrected_in_place),
        "The corrected means are stored for the next step: store the uncorrected means, and correct copies.",
    ),
)
WEIGHT_DECAY = (
    *BOTH,
    mistake(
        "decay-ignored",
        UPDATES,
        with_options(lambda o: {"weight_decay": 0.0}),
        "weight_decay is ignored: add weight_decay times the parameter to its gradient.",
    ),
    mistake(
        "decay-decoupled",
        UPDATES,
        with_options(lambda o: {}, optimiser="AdamW"),
        "The decay shrinks the weights directly: that is AdamW. In Adam add it to the gradient, so that it is scaled.",
    ),
    mistake(
        "decay-sign",
        UPDATES,
        with_options(lambda o: {"weight_decay": -o["weight_decay"]}),
        "The decay pushes weights away from zero: *add* weight_decay times the parameter to the gradient.",
    ),
    mistake(
        "decay-doubled",
        UPDATES,
        with_options(lambda o: {"weight_decay": 2 * o["weight_decay"]}),
        "The decay counts twice: the gradient of the penalty is weight_decay times the parameter, without a factor 2.",
    ),
)
ADAMW = (
    mistake(
        "decay-coupled",
        UPDATES,
        with_options(lambda o: {}, optimiser="Adam"),
        "The decay is part of the gradient: that is Adam with L2. In AdamW shrink the weights themselves.",
    ),
    mistake(
        "decay-both-ways",
        UPDATES,
        by_rule(lambda s, o: _moved(_shrunk(s, o), o, _shrunk(s, o).decayed(o))),
        "The decay acts twice, on the weights and through the gradient: leave it out of the gradient.",
    ),
    mistake(
        "decay-ignored",
        UPDATES,
        with_options(lambda o: {"weight_decay": 0.0}),
        "weight_decay is ignored: multiply the weights by 1 - lr · weight_decay in every step.",
    ),
    mistake(
        "decay-without-lr",
        UPDATES,
        by_rule(lambda s, o: _moved(s.shrunk(o["weight_decay"]), o, s.g)),
        "The weights shrink by weight_decay, without lr: multiply them by 1 - lr · weight_decay.",
    ),
    mistake(
        "decay-sign",
        UPDATES,
        with_options(lambda o: {"weight_decay": -o["weight_decay"]}),
        "The decay pushes weights away from zero: multiply them by 1 - lr · weight_decay, not 1 + lr · weight_decay.",
    ),
    mistake(
        "decay-after-the-step",
        UPDATES,
        by_rule(lambda s, o: _moved(s, o, s.g) * (1 - s.lr * o["weight_decay"])),
        "The decay comes after Adam's step and shrinks the update too: shrink the weights first, then step.",
    ),
    *BOTH,
)
