"""What people get wrong in causal attention: the formula with one thing changed."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistakes.mistake import Ask, Mistaken, mistake, of_case
from dlf_grader.milestones.m6.causal.formula import (
    attention,
    gradients,
    merge,
    neighbours,
    overflowing,
    seen,
    softmax,
    split,
    summed,
    turn,
)


def _interleaved(heads: int, kv: int) -> Array:
    return np.arange(heads) % kv


def _as_it_lies(x: Array, heads: int) -> Array:
    """(N, T, heads · d) → (N, heads, T, d) by reshape alone."""
    n, t, e = x.shape
    return x.reshape(n, heads, t, e // heads)


def _merged_as_it_lies(x: Array, heads: int) -> Array:
    n, h, t, d = x.shape
    return x.reshape(n, t, h * d)


def _with(**how: Any) -> Mistaken:
    return of_case(lambda case: attention(case, **how))


def _values_alone(ask: Ask, case: Case, tensor: str) -> Array:
    """dL_dx through the values, with constant weights."""
    assert case.upstream is not None
    p, x, h = case.attributes, case.inputs[0], case.init["num_heads"]
    kv = len(p["W_k"]) // (case.init["d_model"] // h)
    q, k = turn(split(x @ p["W_q"].T, h)), turn(split(x @ p["W_k"].T, kv))
    reads = np.arange(h) // (h // kv)
    scores = q @ k[:, reads].swapaxes(-1, -2) * (x.shape[2] / h) ** -0.5
    weights = softmax(np.where(seen(*scores.shape[-2:]), scores, -np.inf))
    dv = weights.swapaxes(-1, -2) @ split(case.upstream @ p["W_o"], h)
    found: Array = merge(summed(dv, kv)) @ p["W_v"]
    return found


def _across(heads: Array, kv: int) -> Array:
    n, h, t, d = heads.shape
    found: Array = heads.reshape(n, h // kv, kv, t, d).sum(axis=1)
    return found


def _backward(**how: Any) -> Mistaken:
    return lambda ask, case, tensor: gradients(case, **how)[tensor]


MISTAKES = (
    mistake(
        "not-causal",
        "y",
        _with(visible=lambda t, s: np.ones((t, s), bool)),
        "Every token sees all others: set the scores of later keys to −inf before the softmax.",
    ),
    mistake(
        "own-place-hidden",
        "y",
        tuple(_with(visible=lambda t, s: np.tri(t, s, -1, dtype=bool), empty=empty) for empty in (np.nan, 0.0)),
        "A token does not see itself: query t may see keys 0 to t, t included.",
    ),
    mistake(
        "one-too-far",
        "y",
        _with(visible=lambda t, s: np.tri(t, s, 1, dtype=bool)),
        "A token sees the next one: query t may see keys 0 to t, and no later one.",
    ),
    mistake(
        "past-hidden",
        "y",
        _with(visible=lambda t, s: np.tri(t, s, dtype=bool).T),
        "A token sees later keys instead of earlier ones: the mask is transposed.",
    ),
    mistake(
        "masked-after-softmax",
        "y",
        _with(mask_after=True),
        "Later weights are set to 0 after the softmax, so a row adds up to less than 1: hide the scores before it.",
    ),
    mistake(
        "hidden-scores-zero",
        "y",
        _with(hidden=0.0),
        "Hidden scores are 0, which the softmax takes for a score like any other: set them to −inf.",
    ),
    mistake(
        "not-rotated",
        "y",
        _with(rotated=""),
        "Queries and keys are not rotated: without positions only the set of earlier tokens counts.",
    ),
    mistake(
        "values-rotated",
        "y",
        _with(rotated="qkv"),
        "The values are rotated as well: rotate queries and keys only.",
    ),
    mistake(
        "keys-not-rotated",
        "y",
        (_with(rotated="q"), _with(rotated="k")),
        "Only one of queries and keys is rotated: rotate both, or scores depend on places and not on distance.",
    ),
    mistake(
        "scaled-by-d-model",
        "y",
        _with(scale=lambda case: case.init["d_model"] ** -0.5),
        "The scores are divided by √E: a head's queries have d = E / h features, so divide by √d.",
    ),
    mistake(
        "scaled-by-d",
        "y",
        _with(scale=lambda case: case.init["num_heads"] / case.init["d_model"]),
        "The scores are divided by d: divide them by its root, √d.",
    ),
    mistake(
        "softmax-over-queries",
        "y",
        _with(over=-2),
        "The softmax runs over the queries: each query's weights of all keys add up to 1, along the last axis.",
    ),
    mistake(
        "overflow",
        "y",
        _with(soft=overflowing),
        "exp overflows where scores are large: subtract each row's largest score before it.",
    ),
    mistake(
        "hidden-not-far-enough",
        "y",
        (_with(added=-1e4), _with(hidden=-1e4), _with(hidden=-1e3), _with(added=-1e3)),
        "Hidden scores stay finite, and a large one still counts: set them to −inf.",
    ),
    mistake(
        "heads-split-as-they-lie",
        "y",
        _with(apart=_as_it_lies),
        "A reshape alone mixes tokens into heads: reshape to (N, T, h, d), then swap the axes of tokens and heads.",
    ),
    mistake(
        "heads-merged-as-they-lie",
        "y",
        _with(together=_merged_as_it_lies),
        "The heads are merged by a reshape alone: swap back the axes of heads and tokens first.",
    ),
    mistake(
        "not-scaled",
        "y",
        _with(scale=lambda case: 1.0),
        "The scores are not scaled: divide them by √d, d = E / h.",
    ),
    mistake(
        "key-heads-interleaved",
        "y",
        _with(shared=_interleaved),
        "Query head i reads key head i % kv: neighbours share a key head, i // (h / kv).",
    ),
    mistake(
        "keys-interleaved",
        "y",
        _with(shared=_interleaved, shared_values=neighbours),
        "Query head i reads the keys of head i % kv: read those of the head that its values come from, i // (h / kv).",
    ),
    mistake(
        "values-interleaved",
        "y",
        _with(shared_values=_interleaved),
        "Query head i reads the values of head i % kv: read those of the head that its keys come from, i // (h / kv).",
    ),
    mistake(
        "output-projection-forgotten",
        "y",
        _with(project=False),
        "The merged heads are returned as they are: multiply by W_oᵀ.",
    ),
    mistake(
        "only-through-values",
        "dL_dx",
        _values_alone,
        "Only the values send a gradient back to x: queries and keys are made of x, too, so add three gradients.",
    ),
    mistake(
        "not-turned-back",
        ("dL_dx", "dL_dW_q", "dL_dW_k"),
        _backward(turned_back=""),
        "The gradients of queries and keys are not turned back: apply rotate_backward to both.",
    ),
    mistake(
        "keys-not-turned-back",
        ("dL_dx", "dL_dW_k"),
        _backward(turned_back="q"),
        "The gradient of the keys is not turned back: apply rotate_backward to it, as to that of the queries.",
    ),
    mistake(
        "queries-not-turned-back",
        ("dL_dx", "dL_dW_q"),
        _backward(turned_back="k"),
        "The gradient of the queries is not turned back: apply rotate_backward to it, as to that of the keys.",
    ),
    mistake(
        "softmax-sum-without-keepdims",
        ("dL_dx", "dL_dW_q", "dL_dW_k"),
        _backward(keepdims=False),
        "keepdims is missing in softmax's gradient: without it each query's sum meets a key. Pass keepdims=True.",
    ),
    mistake(
        "unscaled-in-backward",
        ("dL_dx", "dL_dW_q", "dL_dW_k"),
        tuple(_backward(unscaled=names) for names in ("qk", "k", "q")),
        "1/√d is missing in backward: forward divides the scores by √d, so divide their gradient as well.",
    ),
    mistake(
        "one-head-of-each-group",
        ("dL_dx", "dL_dW_k", "dL_dW_v"),
        _backward(first_head=True),
        "A key head gets the gradient of one query head only: add up those of all query heads that read it.",
    ),
    mistake(
        "group-averaged",
        ("dL_dx", "dL_dW_k", "dL_dW_v"),
        _backward(collect=lambda part, kv: summed(part, kv) * kv / part.shape[1]),
        "A key head gets the mean of its query heads' gradients: add them up.",
    ),
    mistake(
        "group-of-others",
        ("dL_dx", "dL_dW_k", "dL_dW_v"),
        _backward(collect=_across),
        "Backward adds up query heads i, i + kv, …, which do not share a key head: neighbours do, i // (h / kv).",
    ),
)
