"""cross_entropy, built of the learner's Tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlf_grader.instruments_old.layer import Array
from dlf_grader.milestones.m5.cases import of
from dlf_grader.milestones.m5.programs import matches, step
from dlf_grader.milestones.m5.slips import UPSTREAM_IGNORED, slip, value_slip


def _log_p(x: Array, axis: int = 1) -> Array:
    shifted = x - x.max(axis=axis, keepdims=True)
    log_p: Array = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    return log_p


def _picked(x: Array, targets: Array) -> Array:
    picked: Array = x[np.arange(len(targets)), targets]
    return picked


def _loss(x: Any, targets: list[int]) -> Any:
    return (step("cross_entropy", "$x", np.array(targets)), {"x": x}, ())


cross_entropy = matches(
    of(
        _loss(np.array([[3.0, 1.0]]), [1]),
        _loss(np.array([[2.0, -1.0]]), [0]),
        _loss(np.array([[2.0, -1.0], [0.0, 3.0]]), [0, 1]),
        _loss((3, 4), [2, 2, 0]),
        _loss(np.array([[1e4, -1e4, 0.0], [-1e4, 0.0, 1e4]]), [1, 2]),
        _loss((1, 5), [4]),
        _loss((16, 10), [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3]),
    ),
    value_slip("sign", lambda x, t: _picked(_log_p(x), t).mean(), "the minus were missing: log p is never positive."),
    value_slip("summed", lambda x, t: -_picked(_log_p(x), t).sum(), "the rows were summed: average them."),
    value_slip("every-class", lambda x, t: -_log_p(x).mean(), "all classes counted: pick the true class of each row."),
    value_slip("over-all", lambda x, t: -_picked(_log_p(x), t).sum() / x.size, "the sum were divided by N K: it is N."),
    value_slip("raw-logits", lambda x, t: -_picked(x, t).mean(), "log_softmax were skipped: logits are no log p."),
    value_slip("wrong-axis", lambda x, t: -_picked(_log_p(x, 0), t).mean(), "softmax ran down the batch: use axis 1."),
    slip("N-forgotten", lambda g, y, x, t: (g * (np.exp(_log_p(x)) - np.eye(x.shape[1])[t]),), "1 / N were missing."),
    UPSTREAM_IGNORED,
)
