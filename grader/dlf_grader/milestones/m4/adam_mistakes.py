"""What people get wrong in Adam, most of it in AdamW too: each mistaken rule, for one parameter at one step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlf_grader.instruments_old.layer import Array, Misconception
from dlf_grader.milestones.m4.trajectory import Now, Options, Rule, mistake

ADAM: Options = {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.0}
Update = Callable[[Array, Array, Any, Options], Array]


def _update(m: Array, v: Array, n: Now, o: Options) -> Array:
    update: Array = m / _c1(n, o) / (np.sqrt(v / _c2(n, o)) + o["eps"])
    return update


def _c1(n: Now, o: Options, t: int | None = None) -> Any:
    return np.float64(1 - o["betas"][0] ** (n.t if t is None else t))


def _c2(n: Now, o: Options, t: int | None = None) -> Any:
    return np.float64(1 - o["betas"][1] ** (n.t if t is None else t))


def step(n: Now, o: Options, g: Array, update: Update = _update, lr: float | None = None) -> Array:
    """Adam's own step, from a slope or an update that may be mistaken."""
    beta1, beta2 = o["betas"]
    m = n.state["m"] = beta1 * n.keep("m") + (1 - beta1) * g
    v = n.state["v"] = beta2 * n.keep("v") + (1 - beta2) * g * g
    moved: Array = n.w - (n.lr if lr is None else lr) * update(m, v, n, o)
    return moved


def l2_slope(n: Now, o: Options) -> Array:
    """The gradient with the decay in it, as Adam has it."""
    slope: Array = n.g + o["weight_decay"] * n.w
    return slope


def shrunk(n: Now, o: Options) -> Now:
    """The weights decayed by themselves, as AdamW has it."""
    n.w = n.w * (1 - n.lr * o["weight_decay"])
    return n


# -- mistaken updates -----------------------------------------------------------------------------


def _counted(t: Callable[[Now], int]) -> Update:
    """The corrections of another step than this one."""
    return lambda m, v, n, o: m / _c1(n, o, t(n)) / (np.sqrt(v / _c2(n, o, t(n))) + o["eps"])


UPDATES: tuple[tuple[str, Update, str], ...] = (
    (
        "no-bias-correction",
        lambda m, v, n, o: m / (np.sqrt(v) + o["eps"]),
        "neither mean were corrected for its start at zero: divide the first by 1 - beta1^t, the second by "
        "1 - beta2^t.",
    ),
    (
        "first-mean-uncorrected",
        lambda m, v, n, o: m / (np.sqrt(v / _c2(n, o)) + o["eps"]),
        "only the mean square were corrected: the mean gradient started at zero too, divide it by 1 - beta1^t.",
    ),
    (
        "mean-square-uncorrected",
        lambda m, v, n, o: m / _c1(n, o) / (np.sqrt(v) + o["eps"]),
        "only the mean gradient were corrected: the mean square started at zero too, divide it by 1 - beta2^t.",
    ),
    (
        "corrected-from-step-zero",
        _counted(lambda n: n.t - 1),
        "the count were raised after it was used: the first step divides by 1 - beta^0 = 0. It is step 1.",
    ),
    (
        "counted-twice",
        _counted(lambda n: n.t + 1),
        "the count were one ahead: the first step is step 1, so its corrections are 1 - beta1 and 1 - beta2.",
    ),
    (
        "count-per-parameter",
        _counted(lambda n: n.calls),
        "the count went up for every parameter: it counts steps, so raise it once, before the loop.",
    ),
    (
        "correction-not-raised",
        _counted(lambda n: 1),
        "the corrections stayed those of the first step: the betas are raised to the power t.",
    ),
    (
        "eps-inside-the-root",
        lambda m, v, n, o: m / _c1(n, o) / np.sqrt(v / _c2(n, o) + o["eps"]),
        "eps stood inside the root: take the root of the corrected mean square first, then add eps.",
    ),
    (
        "eps-before-correction",
        lambda m, v, n, o: m / _c1(n, o) * np.sqrt(_c2(n, o)) / (np.sqrt(v) + o["eps"]),
        "eps were added before the correction: correct the mean square, take the root, and add eps last.",
    ),
    (
        "no-root",
        lambda m, v, n, o: m / _c1(n, o) / (v / _c2(n, o) + o["eps"]),
        "the root were missing: divide by the root of the mean square, which has the gradient's unit.",
    ),
    (
        "root-not-corrected-alike",
        lambda m, v, n, o: m / _c1(n, o) / (np.sqrt(v) / _c2(n, o) + o["eps"]),
        "the root were divided by 1 - beta2^t: the correction belongs to the mean square, under the root.",
    ),
    (
        "gradient-for-mean",
        lambda m, v, n, o: n.g / (np.sqrt(v / _c2(n, o)) + o["eps"]),
        "the bare gradient were divided: move along its running mean, corrected.",
    ),
)


def _swapped(o: Options) -> Options:
    return o | {"betas": o["betas"][::-1]}


def _corrected_in_place(n: Now, o: Options, g: Array) -> Array:
    moved = step(n, o, g)
    n.state["m"] = n.state["m"] / _c1(n, o)
    n.state["v"] = n.state["v"] / _c2(n, o)
    return moved


def shared(defaults: Options, slope: Callable[[Now, Options], Array], before: Callable[[Now, Options], Now]) -> Any:
    """What can go wrong in Adam and AdamW alike: the slope and the decay are theirs, the rest is mistaken."""

    def rule(taken: Callable[[Now, Options, Array], Array]) -> Rule:
        def whole(n: Now, o: Options) -> Array:
            before(n, o)
            return taken(n, o, slope(n, o))

        return whole

    def with_update(update: Update) -> Rule:
        return rule(lambda n, o, g: step(n, o, g, update))

    yield mistake(
        "uphill",
        defaults,
        rule(lambda n, o, g: 2 * n.w - step(n, o, g)),
        "you went uphill: the gradient points up, so subtract the update.",
    )
    yield mistake(
        "lr-from-construction",
        defaults,
        rule(lambda n, o, g: step(n, o, g, lr=n.first_lr)),
        "the learning rate of construction were used throughout: read self.lr in every step, a schedule changes it.",
    )
    for id, update, text in UPDATES:
        yield mistake(id, defaults, with_update(update), text)
    yield mistake(
        "betas-swapped",
        defaults,
        rule(lambda n, o, g: step(n, _swapped(o), g)),
        "the betas changed places: the first belongs to the mean gradient, the second to the mean square.",
    )
    yield mistake(
        "corrected-mean-kept",
        defaults,
        rule(_corrected_in_place),
        "the corrected means were kept for the next step: keep them as they are, and correct copies.",
    )


ADAM_PLAIN: tuple[Misconception, ...] = tuple(shared(ADAM, l2_slope, lambda n, o: n))
ADAM_DECAY = (
    *ADAM_PLAIN,
    mistake(
        "decay-ignored",
        ADAM,
        lambda n, o: step(n, o, n.g),
        "weight_decay were ignored: add weight_decay times the parameter to its gradient.",
    ),
    mistake(
        "decay-decoupled",
        ADAM,
        lambda n, o: step(shrunk(n, o), o, n.g),
        "the decay were decoupled: that is AdamW. In Adam it joins the gradient, and is scaled with it.",
    ),
    mistake(
        "decay-sign",
        ADAM,
        lambda n, o: step(n, o, n.g - o["weight_decay"] * n.w),
        "the decay pushed weights away from zero: add weight_decay times the parameter to the gradient.",
    ),
    mistake(
        "decay-doubled",
        ADAM,
        lambda n, o: step(n, o, n.g + 2 * o["weight_decay"] * n.w),
        "the decay counted twice: weight_decay times the parameter is the slope already, with no factor 2.",
    ),
)
