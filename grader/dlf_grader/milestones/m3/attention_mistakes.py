"""What people get wrong in softmax and attention: the formula with one thing changed."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from dlf_grader.instruments_old.layer import Array, Case
from dlf_grader.milestones.m3.formulas import masked_softmax, mistake, scores_of, softmax

BOTH = "weights output"
Weights = Callable[[Array, Array, Array | None], Array]


def _softmax_over_everything(case: Case, tensor: str) -> Array:
    e = np.exp(case.inputs[0] - case.inputs[0].max())
    whole: Array = e / e.sum()
    return whole


def _not_shifted(case: Case, tensor: str) -> Array:
    e = np.exp(case.inputs[0])
    weights: Array = e / e.sum(axis=case.init.get("axis", -1), keepdims=True)
    return weights


SOFTMAX = (
    mistake(
        "softmax-axis-ignored",
        "y",
        lambda case, tensor: softmax(case.inputs[0]),
        "axis were ignored and the last one always taken: pass axis on to max and to sum.",
    ),
    mistake(
        "softmax-over-everything",
        "y",
        _softmax_over_everything,
        "all numbers together added up to 1: sum along axis only, with keepdims=True.",
    ),
    mistake(
        "softmax-not-shifted",
        "y",
        _not_shifted,
        "exp overflowed: take the largest score along the axis off all of them first, which changes no weight.",
    ),
)


def _by(weights: Weights) -> Callable[[Case, str], Array]:
    """Weights made in a mistaken way; the output follows from them."""

    def compute(case: Case, tensor: str) -> Array:
        q, k, v = case.inputs
        made = weights(q, k, case.init.get("mask"))
        return made if tensor == "weights" else made @ v

    return compute


def _scaled(q: Array, k: Array) -> Array:
    return scores_of(q, k) / math.sqrt(q.shape[-1])


def _keys_collected(case: Case, tensor: str) -> Array:
    q, k, _ = case.inputs
    collected: Array = softmax(_scaled(q, k)) @ k
    return collected


FORWARD = (
    mistake(
        "unscaled",
        BOTH,
        _by(lambda q, k, mask: softmax(scores_of(q, k))),
        "the scores were never divided by √d: a sum of d products spreads like √d, and softmax saturates.",
    ),
    mistake(
        "scaled-by-d",
        BOTH,
        _by(lambda q, k, mask: softmax(scores_of(q, k) / q.shape[-1])),
        "the scores were divided by d: their deviation grows like √d, so divide by the root.",
    ),
    mistake(
        "scaled-up",
        BOTH,
        _by(lambda q, k, mask: softmax(scores_of(q, k) * math.sqrt(q.shape[-1]))),
        "the scores were multiplied by √d: divide.",
    ),
    mistake(
        "scaled-by-length",
        BOTH,
        _by(lambda q, k, mask: softmax(scores_of(q, k) / math.sqrt(k.shape[-2]))),
        "the scores were divided by the root of the number of keys: it is d, the size of a query, that counts.",
    ),
    mistake(
        "softmax-over-queries",
        BOTH,
        _by(lambda q, k, mask: softmax(_scaled(q, k), axis=-2)),
        "softmax ran over the queries: each query shares its weights among the keys, so take the last axis.",
    ),
    mistake(
        "queries-with-queries",
        BOTH,
        _by(lambda q, k, mask: softmax(_scaled(q, q))),
        "queries were compared with queries: the scores are q kᵀ.",
    ),
    mistake(
        "softmax-forgotten",
        BOTH,
        _by(lambda q, k, mask: _scaled(q, k)),
        "the scores were used as weights: they need a softmax, to be positive and add up to 1.",
    ),
    mistake(
        "keys-collected",
        "output",
        _keys_collected,
        "keys were collected instead of values: the output is weights times v.",
    ),
)


def _added(q: Array, k: Array, mask: Array | None) -> Array:
    return softmax(_scaled(q, k) + (0 if mask is None else mask))


def _filled(value: float) -> Weights:
    def weights(q: Array, k: Array, mask: Array | None) -> Array:
        return softmax(_scaled(q, k) if mask is None else np.where(mask, _scaled(q, k), value))

    return weights


def _kept(q: Array, k: Array, mask: Array | None) -> Array:
    weights: Array = softmax(_scaled(q, k)) * (1 if mask is None else mask)
    return weights


MASK = (
    mistake(
        "mask-ignored",
        BOTH,
        _by(lambda q, k, mask: softmax(_scaled(q, k))),
        "the mask were ignored: where it is False, the weight must be 0.",
    ),
    mistake(
        "mask-inverted",
        BOTH,
        _by(lambda q, k, mask: masked_softmax(_scaled(q, k), None if mask is None else ~mask)),
        "the mask were inverted: True means that a query may attend to a key.",
    ),
    mistake(
        "mask-after-softmax",
        BOTH,
        _by(_kept),
        "the mask were applied after softmax: what is left of a row must still add up to 1, so mask the scores.",
    ),
    mistake(
        "mask-added",
        BOTH,
        _by(_added),
        "the mask were added to the scores as 0 and 1: False must send a score to where exp is 0.",
    ),
    mistake(
        "masked-score-zero",
        BOTH,
        _by(_filled(0.0)),
        "masked scores were set to 0: exp(0) is 1, a weight like any other; they must be as low as they can be.",
    ),
    mistake(
        "masked-row-nan",
        BOTH,
        _by(_filled(-np.inf)),
        "a row that may attend to nothing became nan: of a row of −inf the largest is −inf, and −inf − (−inf) is "
        "nan. Such a row's weights are 0.",
    ),
    mistake(
        "masked-row-uniform",
        BOTH,
        _by(_filled(-1e300)),
        "a row that may attend to nothing attended to everything alike: its weights are 0.",
    ),
)


# -- backward -------------------------------------------------------------------------------------


def _from_scores(dscores: Callable[[Array, Array], Array], scale: float | None = None) -> Callable[[Case, str], Array]:
    """dL_dq and dL_dk for a mistaken gradient of the scores, (dL_dweights, weights) → dL_dscores."""

    def compute(case: Case, tensor: str) -> Array:
        upstream, q, k, v, weights = case.inputs
        factor = 1 / math.sqrt(q.shape[-1]) if scale is None else scale
        ds = dscores(upstream @ v.swapaxes(-1, -2), weights) * factor
        answer: Array = ds @ k if tensor == "dL_dq" else ds.swapaxes(-1, -2) @ q
        return answer

    return compute


def _right(dw: Array, w: Array) -> Array:
    ds: Array = w * (dw - (dw * w).sum(axis=-1, keepdims=True))
    return ds


def _swapped(case: Case, tensor: str) -> Array:
    upstream, q, k, v, weights = case.inputs
    ds = _right(upstream @ v.swapaxes(-1, -2), weights) / math.sqrt(q.shape[-1])
    answer: Array = ds.swapaxes(-1, -2) @ k if tensor == "dL_dq" else ds @ q
    return answer


QK = "dL_dq dL_dk"
BACKWARD = (
    mistake(
        "softmax-skipped-in-backward",
        QK,
        _from_scores(lambda dw, w: dw),
        "the gradient of the weights were taken for that of the scores: between them stands a softmax.",
    ),
    mistake(
        "softmax-diagonal-only",
        QK,
        _from_scores(lambda dw, w: w * (1 - w) * dw),
        "each weight felt its own score only: raising one score lowers all other weights of its row, too.",
    ),
    mistake(
        "softmax-sum-forgotten",
        QK,
        _from_scores(lambda dw, w: w * dw),
        "the row's sum were missing: dL_dscores = weights · (dL_dweights − the row's sum of weights · dL_dweights).",
    ),
    mistake(
        "softmax-sum-over-queries",
        QK,
        _from_scores(lambda dw, w: w * (dw - (dw * w).sum(axis=-2, keepdims=True))),
        "the sum in softmax's gradient ran over the queries: weights of one query depend on each other, so sum over "
        "the keys, the last axis.",
    ),
    mistake(
        "scale-forgotten-in-backward",
        QK,
        _from_scores(_right, 1.0),
        "1/√d were missing on the way back: forward divides the scores, so their gradient is divided as well.",
    ),
    mistake(
        "not-transposed-in-backward",
        QK,
        _swapped,
        "the gradient of the scores were transposed for q instead of for k: dL_dq has a row for each query.",
    ),
    mistake(
        "weights-not-transposed",
        "dL_dv",
        lambda case, tensor: case.inputs[4] @ case.inputs[0],
        "dL_dv were weights times dL_doutput: a value collects from all queries that looked at it, so transpose.",
    ),
)
