"""What people get wrong in AdamW, besides what they get wrong in Adam."""

from __future__ import annotations

from dlf_grader.instruments_old.layer import Array
from dlf_grader.milestones.m4.adam_mistakes import ADAM, l2_slope, shared, shrunk, step
from dlf_grader.milestones.m4.trajectory import Now, Options, mistake

ADAMW: Options = ADAM | {"weight_decay": 1e-2}


def _decay_after(n: Now, o: Options) -> Array:
    moved = step(n, o, n.g)
    smaller: Array = moved * (1 - n.lr * o["weight_decay"])
    return smaller


def _decay_without_lr(n: Now, o: Options) -> Array:
    n.w = n.w * (1 - o["weight_decay"])
    return step(n, o, n.g)


ADAMW_MISTAKES = (
    mistake(
        "decay-coupled",
        ADAMW,
        lambda n, o: step(n, o, l2_slope(n, o)),
        "the decay joined the gradient: that is Adam with L2. In AdamW it acts on the weights alone, past the scaling.",
    ),
    mistake(
        "decay-both-ways",
        ADAMW,
        lambda n, o: step(shrunk(n, o), o, n.g + o["weight_decay"] * n.w),
        "the decay acted twice: on the weights, which is right, and through the gradient as well, which is Adam's way.",
    ),
    mistake(
        "decay-ignored",
        ADAMW,
        lambda n, o: step(n, o, n.g),
        "weight_decay were ignored: every step multiplies the weights by 1 - lr · weight_decay.",
    ),
    mistake(
        "decay-without-lr",
        ADAMW,
        _decay_without_lr,
        "the weights were shrunk by weight_decay without lr: the share that a step takes off is lr · weight_decay.",
    ),
    mistake(
        "decay-sign",
        ADAMW,
        lambda n, o: step(shrunk(n, o | {"weight_decay": -o["weight_decay"]}), o, n.g),
        "the decay pushed weights away from zero: multiply them by 1 - lr · weight_decay, not 1 + lr · weight_decay.",
    ),
    mistake(
        "decay-after-the-step",
        ADAMW,
        _decay_after,
        "the decay came after Adam's step, so it shrank the update too: shrink the weights first, then step.",
    ),
    *shared(ADAMW, lambda n, o: n.g, shrunk),
)
