"""What people get wrong in Bahdanau's and Luong's scores."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistake import Ask, Mistaken, mistake
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


BAHDANAU = (
    mistake(
        "tanh-forgotten",
        BOTH,
        _scores(lambda case: _features(case) @ case.inputs[5]),
        "The tanh is missing: without it the query adds the same to every score, and softmax ignores it.",
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
        "The query is not used in the scores: add W_q query to W_k key, inside the tanh.",
    ),
    mistake(
        "softmax-over-batch",
        BOTH,
        _scores(lambda case: np.tanh(_features(case)) @ case.inputs[5], over_batch=True),
        "softmax runs over the batch: each sample shares its weights among its own T steps, so use the last axis.",
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


DOT = (
    mistake(
        "dot-scaled",
        BOTH,
        _scores(lambda case: _dot(*case.inputs[:2]) / math.sqrt(case.inputs[0].shape[1])),
        "The product is divided by √d: Luong's dot score is the plain product.",
    ),
)
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
)
