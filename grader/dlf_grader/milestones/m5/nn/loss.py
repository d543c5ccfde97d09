"""cross_entropy, built of the learner's Tensors: cases, and what people get wrong."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, drawn_size
from dlf_grader.instruments.mistakes.mistake import mistake
from dlf_grader.instruments.subjects.program import CUT_OFF, Program, step
from dlf_grader.milestones.m5.local_rules import UPSTREAM_IGNORED, of_backward, of_forward
from dlf_grader.milestones.m5.operations import Spec, one_operation


def _log_p(x: Array, axis: int = 1) -> Array:
    shifted = x - x.max(axis=axis, keepdims=True)
    log_p: Array = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    return log_p


def _picked(x: Array, targets: Array) -> Array:
    picked: Array = x[np.arange(len(targets)), targets]
    return picked


def _overflowing(x: Array, targets: Array) -> Any:
    e = np.exp(x)
    return -np.log(_picked(e / e.sum(axis=1, keepdims=True), targets)).mean()


def _loss(x: Any, targets: list[int]) -> Spec:
    return (step("cross_entropy", "$x", np.array(targets)), {"x": x}, ())


def _drawn(rng: np.random.Generator) -> Spec:
    n, k = drawn_size(rng, 5, 64), drawn_size(rng, 3, 40)
    return _loss((n, k), rng.integers(0, k, n).tolist())


CROSS_ENTROPY = Program(
    name="cross_entropy",
    cases=one_operation(
        _loss(np.array([[3.0, 1.0]]), [1]),
        _loss(np.array([[2.0, -1.0]]), [0]),
        _loss(np.array([[2.0, -1.0], [0.0, 3.0]]), [0, 1]),
        _loss((3, 4), [2, 2, 0]),
        _loss(np.array([[1e4, -1e4, 0.0], [-1e4, 0.0, 1e4]]), [1, 2]),
        _loss((1, 5), [4]),
        _drawn,
        _drawn,
    ),
    mistakes=(
        mistake(
            "sign",
            "y",
            of_forward(lambda x, t: _picked(_log_p(x), t).mean()),
            "The minus is missing: log p is never positive, and the loss is -log p.",
        ),
        mistake(
            "summed",
            "y",
            of_forward(lambda x, t: -_picked(_log_p(x), t).sum()),
            "The rows are summed: average them.",
        ),
        mistake(
            "every-class",
            "y",
            of_forward(lambda x, t: -_log_p(x).mean()),
            "All classes count: pick the true class of each row.",
        ),
        mistake(
            "largest-class",
            "y",
            of_forward(lambda x, t: -_log_p(x).max(axis=1).mean()),
            "The most probable class of each row counts, and the targets do not: pick the true class of each row.",
        ),
        mistake(
            "every-pair",
            "y",
            of_forward(lambda x, t: -_log_p(x)[:, t].mean()),
            "Each row is paired with every target: log_p[np.arange(N), targets] picks one number from each row.",
        ),
        mistake(
            "over-all",
            "y",
            of_forward(lambda x, t: -_picked(_log_p(x), t).sum() / x.size),
            "The sum is divided by N K: divide it by N, the number of rows.",
        ),
        mistake(
            "divided-by-k",
            "y",
            of_forward(lambda x, t: -_picked(_log_p(x), t).sum() / x.shape[1]),
            "The sum is divided by K, the number of classes: divide it by N, the number of rows.",
        ),
        mistake(
            "raw-logits",
            "y",
            of_forward(lambda x, t: -_picked(x, t).mean()),
            "Raw logits are treated as log-probabilities: apply log_softmax first.",
        ),
        mistake(
            "softmax-twice",
            "y",
            of_forward(lambda x, t: -_picked(_log_p(np.exp(_log_p(x))), t).mean()),
            "log_softmax is given probabilities: give it the logits, as it has a softmax of its own.",
        ),
        mistake(
            "no-logarithm",
            "y",
            of_forward(lambda x, t: -_picked(np.exp(_log_p(x)), t).mean()),
            "The logarithm is missing: the loss is the mean of -log p, not of -p.",
        ),
        mistake(
            "log-of-softmax",
            "y",
            (
                of_forward(_overflowing),
                *(
                    of_forward(lambda x, t, c=10.0**-n: -np.log(_picked(np.exp(_log_p(x)), t) + c).mean())
                    for n in range(6, 17)
                ),
            ),
            "The logarithm of a softmax is inf or nan if p is 0 or exp overflows: use log_softmax.",
        ),
        mistake(
            "wrong-axis",
            "y",
            of_forward(lambda x, t: -_picked(_log_p(x, 0), t).mean()),
            "The softmax is along the batch: use axis 1.",
        ),
        mistake(
            "N-forgotten",
            ("dL_dx",),
            of_backward(lambda g, y, x, t: (g * (np.exp(_log_p(x)) - np.eye(x.shape[1])[t]),)),
            "The factor 1 / N is missing in the gradient: the loss is the mean over the N rows.",
        ),
        UPSTREAM_IGNORED,
    ),
    errors_know=(CUT_OFF,),
)
