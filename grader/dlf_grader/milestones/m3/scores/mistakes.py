"""What people get wrong in Bahdanau's and Luong's scores."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistakes.mistake import Ask, Mistake, Mistaken, mistake, of_right
from dlf_grader.milestones.m3.attention.mistakes import MASK_FORMS, MaskedForm
from dlf_grader.milestones.m3.attention_formulas import masked_softmax

BOTH = ("weights", "context")


def _scores(mistaken: Callable[[Case], Array], *, over_batch: bool = False) -> Mistaken:
    """Scores made in a mistaken way; weights and context follow from them."""

    def answer(ask: Ask, case: Case, tensor: str) -> Array:
        scores, mask = mistaken(case), case.init.get("mask")
        if over_batch:
            weights = masked_softmax(scores.T, None if mask is None else mask.T).T
        else:
            weights = masked_softmax(scores, mask)
        return weights if tensor == "weights" else np.einsum("nt,ntd->nd", weights, case.inputs[2])

    return answer


def _features(case: Case) -> Array:
    query, keys, _, W_q, W_k, _ = case.inputs
    features: Array = (query @ W_q.T)[:, None] + keys @ W_k.T
    return features


def _keys(case: Case) -> Array:
    features: Array = case.inputs[1] @ case.inputs[4].T
    return features


def right_scores(case: Case) -> Array:
    """The scores as they should be, of any of the four."""
    if len(case.inputs) > 3:
        scores: Array = np.tanh(_features(case)) @ case.inputs[5]
        return scores
    query, keys = case.inputs[:2]
    if case.init["score"] == "concat":
        return _concat(case)
    return _dot(query @ case.init["W"] if case.init["score"] == "general" else query, keys)


def _masked(form: MaskedForm) -> Mistaken:
    """Right scores, masked in a mistaken way."""

    def answer(ask: Ask, case: Case, tensor: str) -> Any:
        mask = case.init.get("mask")
        if mask is None:
            return None
        weights = form(right_scores(case), mask)
        return weights if tensor == "weights" else np.einsum("nt,ntd->nd", weights, case.inputs[2])

    return answer


def _tiled(case: Case) -> Case:
    """Each row's steps meet the queries of other samples: the query is tiled where it should be repeated."""
    query, keys = case.inputs[:2]
    n, t = keys.shape[:2]
    met = np.tile(query, (t, 1)).reshape(n, t, -1)
    return replace(case, inputs=(met, *case.inputs[1:]))


def _tiled_scores(case: Case) -> Array:
    """Scores where every step has a query of its own, (N, T, Dq)."""
    queries, keys = _tiled(case).inputs[:2]
    if len(case.inputs) > 3:
        _, _, _, w_q, w_k, v = case.inputs
        scores: Array = np.tanh(queries @ w_q.T + keys @ w_k.T) @ v
        return scores
    if case.init["score"] == "concat":
        scores = np.tanh(np.concatenate([queries, keys], axis=-1) @ case.init["W"].T) @ case.init["v"]
    else:
        scores = ((queries @ case.init["W"] if case.init["score"] == "general" else queries) * keys).sum(axis=-1)
    return scores


def _scaled(case: Case) -> Array:
    """The right scores divided by the root of the number of features."""
    features = len(case.inputs[5]) if len(case.inputs) > 3 else len(case.init.get("v", case.inputs[1][0, 0]))
    return right_scores(case) / math.sqrt(features)


def _of_keys(ask: Ask, case: Case, tensor: str) -> Any:
    return np.einsum("nt,ntd->nd", ask(case)["weights"], case.inputs[1])


OWN_MASKS = ("mask-ignored", "mask-inverted", "masked-row-nan", "masked-score-not-low-enough")
COMMON: tuple[Mistake, ...] = (
    *(mistake(id, BOTH, tuple(map(_masked, forms)), text) for id, forms, text in MASK_FORMS if id in OWN_MASKS),
    mistake(
        "query-tiled",
        BOTH,
        _scores(_tiled_scores),
        "Keys meet the queries of other samples: give the query a time axis, query[:, None], which all steps share.",
    ),
    mistake(
        "score-scaled",
        BOTH,
        (_scores(_scaled), _scores(lambda case: right_scores(case) / math.sqrt(case.inputs[0].shape[1]))),
        "The scores are divided by a root, as in scaled dot products: Bahdanau's and Luong's are not.",
    ),
    mistake(
        "softmax-over-batch",
        BOTH,
        _scores(right_scores, over_batch=True),
        "softmax runs over the batch: each sample shares its weights among its own T steps, so use the last axis.",
    ),
    mistake(
        "softmax-forgotten",
        BOTH,
        lambda ask, case, tensor: (
            right_scores(case) if tensor == "weights" else np.einsum("nt,ntd->nd", right_scores(case), case.inputs[2])
        ),
        "The scores are used as weights: apply softmax, which makes them positive and add up to 1.",
    ),
    mistake(
        "keys-collected",
        "context",
        _of_keys,
        "The context is the mean of the keys: multiply the weights by the values.",
    ),
    mistake(
        "squeezed",
        BOTH,
        of_right(lambda right, case: np.squeeze(right)),
        "squeeze() removes every axis of size 1, the batch's too: name the axis, or index it away.",
    ),
)
TANH_AFTER_V = "tanh comes after the product with v: apply it to the features first, then multiply by v."
BAHDANAU = (
    mistake(
        "tanh-forgotten",
        BOTH,
        _scores(lambda case: _features(case) @ case.inputs[5]),
        "The tanh is missing: without it the query adds the same to every score, and softmax ignores it.",
    ),
    mistake(
        "tanh-after-v",
        BOTH,
        _scores(lambda case: np.tanh(_features(case) @ case.inputs[5])),
        TANH_AFTER_V,
    ),
    mistake(
        "v-forgotten",
        BOTH,
        _scores(lambda case: np.tanh(_features(case)).sum(axis=-1)),
        "The features are summed as they are: compute their weighted sum, with the weights v.",
    ),
    mistake(
        "query-forgotten",
        BOTH,
        _scores(lambda case: np.tanh(case.inputs[1] @ case.inputs[4].T) @ case.inputs[5]),
        "The query changes every score alike, which softmax ignores: add W_q query to W_k key inside the tanh.",
    ),
)


def _dot(query: Array, keys: Array) -> Array:
    scores: Array = np.einsum("nd,ntd->nt", query, keys)
    return scores


def _concat(case: Case, *, tanh: bool = True, swapped: bool = False) -> Array:
    query, keys, _ = case.inputs
    repeated = np.repeat(query[:, None], keys.shape[1], axis=1)
    pairs = np.concatenate([keys, repeated] if swapped else [repeated, keys], axis=-1) @ case.init["W"].T
    scores: Array = (np.tanh(pairs) if tanh else pairs) @ case.init["v"]
    return scores


GENERAL = (
    mistake(
        "W-ignored",
        BOTH,
        _scores(lambda case: _dot(*case.inputs[:2])),
        "W is not used in the score: it belongs between query and key, q · (W k).",
    ),
    mistake(
        "W-transposed",
        BOTH,
        _scores(lambda case: _dot(case.inputs[0] @ case.init["W"].T, case.inputs[1])),
        "W is transposed: its shape is (Dq, Dk), its rows multiply the query and its columns the key.",
    ),
)
CONCAT = (
    mistake(
        "concat-order",
        BOTH,
        _scores(lambda case: _concat(case, swapped=True)),
        "The key comes before the query: the first Dq columns of W belong to the query.",
    ),
    mistake(
        "concat-tanh-forgotten",
        BOTH,
        _scores(lambda case: _concat(case, tanh=False)),
        "The tanh between W and v is missing: without it the query adds the same to every score.",
    ),
    mistake("tanh-after-v", BOTH, _scores(lambda case: np.tanh(_concat(case, tanh=False))), TANH_AFTER_V),
)
