"""What people get wrong in CrossEntropyLoss: each mistake recomputed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array
from dlf_grader.instruments.mistakes.mistake import Ask, Mistaken, mistake, of_inputs, of_right


def _times(factor: Callable[[Array], float]) -> Mistaken:
    """The right answer times a factor that depends on the logits."""
    return of_right(lambda right, case: right * factor(case.inputs[0]))


def _softmax(logits: Array, axis: int = 1) -> Array:
    """Softmax as first written: it overflows."""
    e = np.exp(logits)
    p: Array = e / e.sum(axis=axis, keepdims=True)
    return p


def _stable(logits: Array, axis: int = 1) -> Array:
    return _softmax(logits - logits.max(axis=axis, keepdims=True), axis)


def _loss(p: Array, targets: Array, log: Callable[[Array], Array] = np.log) -> Any:
    """The mean over the samples of -log p at the target."""
    return -log(p[np.arange(len(targets)), targets]).mean()


def _gradient(p: Array, targets: Array) -> Any:
    return (p - np.eye(p.shape[1])[targets]) / len(p)


def _shifted_by_rows(logits: Array) -> Array:
    """Each row's maximum is subtracted, and then each column is divided by its sum."""
    return _softmax(logits - logits.max(axis=1, keepdims=True), axis=0)


def _of_probabilities(softmax: Callable[[Array], Array]) -> Mistaken:
    """Loss and gradient, made of probabilities that a mistaken softmax gives."""
    mistaken = {"loss": _loss, "dL_dlogits": _gradient}
    return lambda ask, case, tensor: mistaken[tensor](softmax(case.inputs[0]), case.inputs[1])


def _log_softmax(logits: Array, largest: Array | None = None) -> Array:
    shifted = logits - (logits.max(axis=1, keepdims=True) if largest is None else largest)
    log_p: Array = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return log_p


def _loss_below_one_maximum(ask: Ask, case: Any, tensor: str) -> Any:
    logits, targets = case.inputs
    log_p = _log_softmax(logits, logits.max())
    return -log_p[np.arange(len(targets)), targets].mean() if tensor == "loss" else None


LOG_P = (_log_softmax, lambda logits: np.log(_stable(logits)), lambda logits: np.log(_softmax(logits)))


def _of_log_p(function: Callable[[Array, Array], Any]) -> tuple[Mistaken, ...]:
    """A loss made of log-probabilities, of which many a first try overflows for large logits."""
    return tuple(of_inputs(lambda z, t, log_p=log_p: function(log_p(z), t)) for log_p in LOG_P)


def _chosen(log_p: Array, targets: Array) -> Array:
    chosen: Array = log_p[np.arange(len(targets)), targets]
    return chosen


def _of_all(logits: Array) -> Array:
    """Softmax of all rows together."""
    e = np.exp(logits)
    p: Array = e / e.sum()
    return p


def _kept_from_zero(keep: Callable[[Array], Array]) -> Mistaken:
    return of_inputs(lambda z, t: _loss(_stable(z), t, lambda p: np.log(keep(p))))


def _subtracted_in_every_row(logits: Array, targets: Array) -> Any:
    """`p[:, targets] -= 1`, which subtracts in every row."""
    p = _stable(logits)
    p[:, targets] -= 1
    return p / len(p)


def _true_class_only(ask: Ask, case: Any, tensor: str) -> Any:
    logits, targets = case.inputs
    return ask(case)[tensor] * np.eye(logits.shape[1])[targets]


MISTAKES = (
    mistake(
        "sum",
        "loss",
        _of_log_p(lambda p, t: -_chosen(p, t).sum()),
        "The losses of the samples are summed: divide by N.",
    ),
    mistake(
        "not-averaged",
        "loss",
        _of_log_p(lambda p, t: -_chosen(p, t)),
        "The result is a loss for each row: return one number, their mean.",
    ),
    mistake(
        "mean-over-classes",
        "loss",
        _of_log_p(lambda p, t: -_chosen(p, t).sum() / p.size),
        "The mean is over N × K elements, most of them zero: each sample counts once, so divide by N only.",
    ),
    mistake(
        "minus-missing",
        "loss",
        _of_log_p(lambda p, t: _chosen(p, t).mean()),
        "The minus sign is missing: the loss is −log p, which is never negative.",
    ),
    mistake(
        "log-base",
        "loss",
        (
            *_of_log_p(lambda p, t: -_chosen(p, t).mean() / np.log(2)),
            *_of_log_p(lambda p, t: -_chosen(p, t).mean() / np.log(10)),
        ),
        "The logarithm has another base: use the natural logarithm, np.log.",
    ),
    mistake(
        "largest-class",
        "loss",
        _of_log_p(lambda p, t: -p.max(axis=1).mean()),
        "The most probable class of each row counts, and the targets do not: select the true class of each row.",
    ),
    mistake(
        "all-targets-in-every-row",
        "loss",
        _of_log_p(lambda p, t: -p[:, t].mean()),
        "Every target is selected in every row, as log_p[:, targets] does: select each row's own target only.",
    ),
    mistake(
        "every-class",
        "loss",
        (*_of_log_p(lambda p, t: -p.mean()), *_of_log_p(lambda p, t: -p.sum() / len(p))),
        "All classes count: take log p of the true class alone, one number from each row.",
    ),
    mistake(
        "targets-multiplied",
        "loss",
        (
            *_of_log_p(lambda p, t: -(t * p).sum() / len(p)),
            *_of_log_p(lambda p, t: -(t * p).mean()),
            *_of_log_p(lambda p, t: -(t * p).sum()),
        ),
        "The targets are multiplied by log p as if they were one-hot: they are class ids, so select with them.",
    ),
    mistake(
        "log-forgotten",
        "loss",
        of_inputs(lambda z, t: 1 - _stable(z)[np.arange(len(t)), t].mean()),
        "The logarithm is missing: the loss of a sample is −log p, not 1 − p.",
    ),
    mistake(
        "softmax-forgotten",
        "loss",
        of_inputs(lambda z, t: _loss(z, t, lambda p: p)),
        "You treated raw logits as log-probabilities: apply the log-softmax first.",
    ),
    mistake(
        "softmax-over-batch",
        ("loss", "dL_dlogits"),
        (
            _of_probabilities(partial(_stable, axis=0)),
            _of_probabilities(partial(_softmax, axis=0)),
            _of_probabilities(_shifted_by_rows),
        ),
        "The softmax is over the batch: the probabilities of a row add up to 1, so use axis 1.",
    ),
    mistake(
        "softmax-over-everything",
        ("loss", "dL_dlogits"),
        (_of_probabilities(_of_all), _of_probabilities(lambda z: _of_all(z - z.max()))),
        "The softmax is over all rows together: sum over axis 1, with keepdims=True.",
    ),
    mistake(
        "not-shifted",
        ("loss", "dL_dlogits"),
        _of_probabilities(_softmax),
        "exp overflows: exp(10000) is inf. Subtract each row's maximum first; the softmax stays the same.",
    ),
    mistake(
        "log-of-zero",
        "loss",
        of_inputs(lambda z, t: _loss(_stable(z), t)),
        "The logarithm of a probability that became 0 is −inf: simplify log(softmax) on paper before you compute it.",
    ),
    mistake(
        "one-maximum-for-all",
        ("loss", "dL_dlogits"),
        (_of_probabilities(lambda z: _softmax(z - z.max())), _loss_below_one_maximum),
        "The maximum of the whole batch is subtracted, so exp is 0 in a row far below it: subtract each row's own.",
    ),
    mistake(
        "epsilon-in-log",
        "loss",
        tuple(
            _kept_from_zero(keep)
            for eps in (1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15)
            for keep in (partial(np.add, eps), partial(np.clip, a_min=eps, a_max=1 - eps))
        ),
        "A small number keeps the probability above 0, which limits the loss: simplify log(softmax) on paper instead.",
    ),
    mistake(
        "not-divided-by-n",
        "dL_dlogits",
        _times(len),
        "The division by N is missing: the loss is a mean over N rows, so divide each row's gradient by N.",
    ),
    mistake(
        "divided-by-classes",
        "dL_dlogits",
        _times(lambda z: 1 / z.shape[1]),
        "The gradient is divided by N × K: the loss is a mean over N samples, so divide by N only.",
    ),
    mistake(
        "divided-by-k",
        "dL_dlogits",
        _times(lambda z: len(z) / z.shape[1]),
        "The gradient is divided by K, the number of classes: the loss is a mean over N rows, so divide by N.",
    ),
    mistake(
        "sign",
        "dL_dlogits",
        _times(lambda z: -1),
        "The gradient has the wrong sign: subtract the true distribution from the predicted one.",
    ),
    mistake(
        "one-hot-not-subtracted",
        "dL_dlogits",
        of_inputs(lambda z, t: _stable(z) / len(z)),
        "The true distribution is not subtracted: subtract 1 from the probability of the true class, in every row.",
    ),
    mistake(
        "ids-subtracted",
        "dL_dlogits",
        of_inputs(lambda z, t: (_stable(z) - t) / len(z)),
        "The class ids are subtracted: subtract 1 at each row's own class, p[np.arange(N), targets] -= 1.",
    ),
    mistake(
        "one-subtracted-everywhere",
        "dL_dlogits",
        (of_inputs(lambda z, t: (_stable(z) - 1) / len(z)), of_inputs(lambda z, t: _stable(z) - 1)),
        "1 is subtracted from every probability: subtract it from the true class's alone.",
    ),
    mistake(
        "one-hot-in-every-row",
        "dL_dlogits",
        of_inputs(_subtracted_in_every_row),
        "1 is subtracted at every target in every row: subtract it at each row's own target only.",
    ),
    mistake(
        "true-class-only",
        "dL_dlogits",
        _true_class_only,
        "Only the true class gets a gradient: the softmax depends on the other logits too, so keep theirs.",
    ),
    mistake(
        "softmax-slope-on-top",
        "dL_dlogits",
        (
            of_inputs(lambda z, t: _gradient(_stable(z), t) * _stable(z) * (1 - _stable(z))),
            of_inputs(lambda z, t: len(z) * _gradient(_stable(z), t) * _stable(z) * (1 - _stable(z))),
        ),
        "p (1 − p) is multiplied on top. The softmax's derivative is in p − y already: return (p − y) / N.",
    ),
    mistake(
        "squared-error-slope",
        "dL_dlogits",
        (_times(lambda z: 2.0), _times(lambda z: 2.0 * len(z)), _times(lambda z: 2.0 / z.shape[1])),
        "There is a 2 as in the squared error's derivative: the gradient is (p − y) / N.",
    ),
    mistake(
        "gradient-of-the-probabilities",
        "dL_dlogits",
        (
            of_inputs(lambda z, t: -np.eye(z.shape[1])[t] / _stable(z) / len(z)),
            of_inputs(lambda z, t: -np.eye(z.shape[1])[t] / _stable(z)),
        ),
        "That is the probabilities' gradient: the softmax lies between them and the logits, which get (p − y) / N.",
    ),
    mistake(
        "log-probabilities",
        "dL_dlogits",
        of_inputs(lambda z, t: _gradient(np.log(_stable(z)), t)),
        "Log-probabilities are used as probabilities: apply exp first.",
    ),
)
