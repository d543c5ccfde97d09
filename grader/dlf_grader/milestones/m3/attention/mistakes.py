"""What people get wrong in attention: the formula with one thing changed."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistakes.mistake import Ask, Mistaken, mistake, of_case, of_inputs
from dlf_grader.milestones.m3.attention_formulas import masked_softmax, scaled_scores, softmax, unscaled_scores

BOTH = ("weights", "output")


def _weights(mistaken: Callable[[Array, Array], Array]) -> Mistaken:
    """Weights made in a mistaken way, of (q, k); the output follows from them."""
    return lambda ask, case, tensor: _of_weights(mistaken(*case.inputs[:2]), case, tensor)


def _masked(mistaken: Callable[[Array, Array], Array]) -> Mistaken:
    """Weights made in a mistaken way, of (scores, mask); the output follows from them."""
    return lambda ask, case, tensor: _of_weights(
        mistaken(scaled_scores(*case.inputs[:2]), case.init["mask"]), case, tensor
    )


def _of_weights(weights: Array, case: Case, tensor: str) -> Array:
    return weights if tensor == "weights" else weights @ case.inputs[2]


def _scaled_by_axis(of_keys: bool, axis: int) -> Mistaken:
    """Divided by the root of the size of an axis counted from the front; of some inputs that is the last one."""
    return _weights(lambda q, k: softmax(unscaled_scores(q, k) / math.sqrt((k if of_keys else q).shape[axis])))


FORWARD = (
    mistake(
        "unscaled",
        BOTH,
        _weights(lambda q, k: softmax(unscaled_scores(q, k))),
        "The scores are not divided by √d. A sum of d products spreads like √d, and softmax saturates.",
    ),
    mistake(
        "scaled-by-d",
        BOTH,
        _weights(lambda q, k: softmax(unscaled_scores(q, k) / q.shape[-1])),
        "The scores are divided by d: their standard deviation grows like √d, so divide by the root.",
    ),
    mistake(
        "scaled-up",
        BOTH,
        _weights(lambda q, k: softmax(unscaled_scores(q, k) * math.sqrt(q.shape[-1]))),
        "The scores are multiplied by √d: divide.",
    ),
    mistake(
        "scaled-by-length",
        BOTH,
        _weights(lambda q, k: softmax(unscaled_scores(q, k) / math.sqrt(k.shape[-2]))),
        "The scores are divided by the root of the number of keys: divide by √d, where d is the size of a query.",
    ),
    mistake(
        "scaled-by-another-axis",
        BOTH,
        tuple(_scaled_by_axis(of_keys, axis) for of_keys in (True, False) for axis in (0, 1)),
        "d is the size of another axis: with leading axes shape[1] counts heads or tokens. Take the last, shape[-1].",
    ),
    mistake(
        "softmax-over-queries",
        BOTH,
        _weights(lambda q, k: softmax(scaled_scores(q, k), axis=-2)),
        "softmax runs over the queries: each query shares its weights among the keys, so use the last axis.",
    ),
    mistake(
        "queries-with-queries",
        BOTH,
        _weights(lambda q, k: softmax(scaled_scores(q, q))),
        "Queries are compared with queries: the scores are q kᵀ.",
    ),
    mistake(
        "softmax-forgotten",
        BOTH,
        _weights(scaled_scores),
        "The scores are used as weights: apply softmax, which makes them positive and add up to 1.",
    ),
    mistake(
        "softmax-twice",
        BOTH,
        _weights(lambda q, k: softmax(softmax(scaled_scores(q, k)))),
        "softmax is applied twice: of weights from 0 to 1 it makes nearly equal ones. Apply it once, to the scores.",
    ),
    mistake(
        "queries-collected",
        "output",
        of_inputs(lambda q, k, v: softmax(scaled_scores(q, k)) @ q if q.shape == v.shape else None),
        "The output is weights times queries: multiply the weights by the values v.",
    ),
    mistake(
        "keys-collected",
        "output",
        of_inputs(lambda q, k, v: softmax(scaled_scores(q, k)) @ k),
        "The output is weights times keys: multiply the weights by the values v.",
    ),
)


# -- masks ----------------------------------------------------------------------------------------

Row = Callable[[Array, Array], Array]  # what is made of the weights where a row may attend to nothing
ROWS: tuple[Row, ...] = (
    lambda weights, mask: weights,
    lambda weights, mask: weights * mask,
    lambda weights, mask: np.where(np.broadcast_to(mask, weights.shape).any(axis=-1, keepdims=True), weights, 0.0),
)
FILLS = (1.0, 10.0, 50.0, 100.0, 1e3, 1e4)  # not low enough where scores are thousands apart


def masked_forms(scores_of: Callable[[Array, Array], Array], rows: Sequence[Row] = ROWS) -> tuple[MaskedForm, ...]:
    """Weights of mistaken masked scores, whatever is made of rows that may attend to nothing."""
    return tuple(lambda scores, mask, row=row: row(softmax(scores_of(scores, mask)), mask) for row in rows)


def _replaced(fill: float, scores: Array, mask: Array) -> Array:
    return np.where(mask, scores, -fill)


def _lowered(fill: float, scores: Array, mask: Array) -> Array:
    lower: Array = scores - np.where(mask, 0, fill)
    return lower


def _overflowing(scores: Array, mask: Array, *, kept: bool) -> Array:
    """The largest allowed score subtracted from all scores, hidden ones too, and their exp multiplied by 0."""
    largest = np.max(scores, axis=-1, keepdims=True, where=np.broadcast_to(mask, scores.shape), initial=-np.inf)
    e = np.exp(scores - np.where(np.isfinite(largest), largest, 0)) * mask
    total = e.sum(axis=-1, keepdims=True)
    weights: Array = np.divide(e, total, out=np.zeros_like(e), where=~(total <= 0) if kept else total > 0)
    return weights


MaskedForm = Callable[[Array, Array], Array]  # of scores and mask
MASK_FORMS: tuple[tuple[str, tuple[MaskedForm, ...], str], ...] = (
    (
        "mask-ignored",
        (lambda scores, mask: softmax(scores),),
        "The mask is ignored: where it is False, the weight must be 0.",
    ),
    (
        "mask-inverted",
        (lambda scores, mask: masked_softmax(scores, ~mask), *masked_forms(lambda s, mask: np.where(mask, -1e300, s))),
        "The mask is inverted: True means that a query may attend to a key.",
    ),
    (
        "mask-after-softmax",
        (lambda scores, mask: softmax(scores) * mask,),
        "The mask is applied after softmax, so a row no longer adds up to 1: mask the scores.",
    ),
    (
        "mask-added",
        masked_forms(lambda scores, mask: scores + mask),
        "The mask is added to the scores as 0 and 1: replace a masked score by one so low that its exp is 0.",
    ),
    (
        "masked-score-zero",
        masked_forms(lambda scores, mask: np.where(mask, scores, 0.0)),
        "Masked scores are set to 0, and exp(0) is 1, a weight like any other. Use the lowest finite number.",
    ),
    (
        "masked-with-plus-infinity",
        masked_forms(lambda scores, mask: np.where(mask, scores, np.inf)),
        "Masked scores are set to +inf, which no other score reaches: the sign is wrong. Use the lowest finite number.",
    ),
    (
        "masked-score-overflows",
        (partial(_overflowing, kept=True),),
        "exp of a hidden score overflows, and inf · 0 is nan: replace hidden scores before exp, not after it.",
    ),
    (
        "masked-row-nan",
        (lambda scores, mask: softmax(np.where(mask, scores, -np.inf)),),
        "A row that may attend to nothing becomes nan: −inf − (−inf) is nan. Use the lowest finite number, and give "
        "such a row the weights 0.",
    ),
    (
        "masked-row-uniform",
        (lambda scores, mask: softmax(np.where(mask, scores, -1e300)),),
        "A row that may attend to nothing attends to everything alike: its weights must be 0.",
    ),
    (
        "masked-row-open",
        (
            lambda scores, mask: softmax(
                np.where(np.broadcast_to(mask, scores.shape).any(-1, keepdims=True) & ~mask, -1e300, scores)
            ),
        ),
        "A row that may attend to nothing attends as without a mask: its weights must be 0.",
    ),
    (
        "masked-score-not-low-enough",
        (
            partial(_overflowing, kept=False),
            *(form for fill in FILLS for form in masked_forms(partial(_replaced, fill))),
            *(form for fill in FILLS for form in masked_forms(partial(_lowered, fill))),
        ),
        "A hidden score still counts where it is far above the others: replace hidden scores by the lowest finite "
        "number, before exp.",
    ),
)
MASK = tuple(mistake(id, BOTH, tuple(map(_masked, forms)), text) for id, forms, text in MASK_FORMS)


# -- backward -------------------------------------------------------------------------------------


def _scores_gradient(mistaken: Callable[[Array, Array], Array], *, scaled: bool = True) -> Mistaken:
    """dL_dq and dL_dk for a mistaken gradient of the scores, of (dL_dweights, weights)."""

    def answer(ask: Ask, case: Case, tensor: str) -> Array:
        upstream, q, k, v, weights = case.inputs
        dscores = mistaken(unscaled_scores(upstream, v), weights) / (math.sqrt(q.shape[-1]) if scaled else 1)
        gradient: Array = dscores @ k if tensor == "dL_dq" else dscores.swapaxes(-1, -2) @ q
        return gradient

    return answer


def _softmax_gradient(dweights: Array, weights: Array, axis: int = -1) -> Array:
    dscores: Array = weights * (dweights - (dweights * weights).sum(axis=axis, keepdims=True))
    return dscores


def _square_only(case: Case) -> Array | None:
    """weights times upstream where that has the right shape, wᵀ where it has not."""
    weights = case.inputs[4]
    return weights @ case.inputs[0] if weights.shape[-1] == weights.shape[-2] else None


def _transposes_swapped(ask: Ask, case: Case, tensor: str) -> Array:
    upstream, q, k, v, weights = case.inputs
    dscores = _softmax_gradient(unscaled_scores(upstream, v), weights) / math.sqrt(q.shape[-1])
    gradient: Array = dscores.swapaxes(-1, -2) @ k if tensor == "dL_dq" else dscores @ q
    return gradient


def _rescaled(factor: Callable[[float], float]) -> Mistaken:
    return lambda ask, case, tensor: ask(case)[tensor] * factor(case.inputs[1].shape[-1])


QUERIES_AND_KEYS = ("dL_dq", "dL_dk")
BACKWARD = (
    mistake(
        "softmax-skipped-in-backward",
        QUERIES_AND_KEYS,
        _scores_gradient(lambda dweights, weights: dweights),
        "The gradient of the weights is used as that of the scores: softmax comes between them.",
    ),
    mistake(
        "softmax-diagonal-only",
        QUERIES_AND_KEYS,
        _scores_gradient(lambda dweights, weights: weights * (1 - weights) * dweights),
        "Only the diagonal of softmax's Jacobian is used: raising one score also lowers all other weights of its row.",
    ),
    mistake(
        "softmax-sum-forgotten",
        QUERIES_AND_KEYS,
        _scores_gradient(lambda dweights, weights: weights * dweights),
        "The row's sum is missing: dL_dscores = weights · (dL_dweights − the row's sum of weights · dL_dweights).",
    ),
    mistake(
        "softmax-sum-over-queries",
        QUERIES_AND_KEYS,
        _scores_gradient(lambda dweights, weights: _softmax_gradient(dweights, weights, axis=-2)),
        "The sum in softmax's gradient runs over the queries. The weights of one query depend on each other: sum over "
        "the keys, the last axis.",
    ),
    mistake(
        "softmax-sum-without-keepdims",
        QUERIES_AND_KEYS,
        _scores_gradient(lambda dweights, weights: weights * (dweights - (dweights * weights).sum(axis=-1))),
        "keepdims is missing in softmax's gradient: without it each query's sum meets a key. Pass keepdims=True.",
    ),
    mistake(
        "softmax-sum-added",
        QUERIES_AND_KEYS,
        _scores_gradient(
            lambda dweights, weights: weights * (dweights + (dweights * weights).sum(axis=-1, keepdims=True))
        ),
        "The row's sum is added in softmax's gradient: subtract it.",
    ),
    mistake(
        "softmax-sum-unweighted",
        QUERIES_AND_KEYS,
        (
            _scores_gradient(lambda dweights, weights: weights * (dweights - dweights.sum(axis=-1, keepdims=True))),
            _scores_gradient(lambda dweights, weights: weights * (dweights - dweights.mean(axis=-1, keepdims=True))),
            _scores_gradient(lambda dweights, weights: dweights - (dweights * weights).sum(axis=-1, keepdims=True)),
        ),
        "A weight is missing in softmax's gradient: it is weights · (dL_dweights − the row's sum of weights · "
        "dL_dweights).",
    ),
    mistake(
        "scaled-otherwise-in-backward",
        QUERIES_AND_KEYS,
        (_rescaled(lambda d: d**-0.5), _rescaled(lambda d: d)),
        "The scale is wrong in backward: forward divides the scores by √d, so divide their gradient by √d, once.",
    ),
    mistake(
        "scale-forgotten-in-backward",
        QUERIES_AND_KEYS,
        _scores_gradient(_softmax_gradient, scaled=False),
        "1/√d is missing in backward: forward divides the scores by √d, so divide their gradient as well.",
    ),
    mistake(
        "not-transposed-in-backward",
        QUERIES_AND_KEYS,
        _transposes_swapped,
        "The gradient of the scores is transposed for q instead of for k: dL_dq has a row for each query.",
    ),
    mistake(
        "weights-not-transposed",
        "dL_dv",
        (of_inputs(lambda upstream, q, k, v, weights: weights @ upstream), of_case(_square_only)),
        "dL_dv is weights times dL_doutput: a value gets gradients from all queries, so transpose the weights.",
    ),
)
