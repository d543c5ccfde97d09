"""What people get wrong in causal attention: the formula with one thing changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistakes.mistake import Ask, Mistaken, mistake, of_case

BASE = 10000.0
Heads = Callable[[Array, int], Array]


def split(x: Array, heads: int) -> Array:
    """(N, T, heads · d) → (N, heads, T, d)."""
    n, t, e = x.shape
    return x.reshape(n, t, heads, e // heads).transpose(0, 2, 1, 3)


def merge(heads: Array) -> Array:
    """(N, heads, T, d) → (N, T, heads · d)."""
    n, h, t, d = heads.shape
    return heads.transpose(0, 2, 1, 3).reshape(n, t, h * d)


def turn(x: Array, first: int = 0, sign: float = 1.0) -> Array:
    """Rotary positions on (…, T, d), from the place `first` on."""
    t, d = x.shape[-2:]
    angles = sign * np.arange(first, first + t)[:, None] * BASE ** (-np.arange(0, d, 2) / d)
    a, b, y = x[..., 0::2], x[..., 1::2], np.empty_like(x)
    y[..., 0::2] = a * np.cos(angles) - b * np.sin(angles)
    y[..., 1::2] = a * np.sin(angles) + b * np.cos(angles)
    return y


def overflowing(scores: Array) -> Array:
    """exp of the scores as they are."""
    weights = np.exp(scores)
    found: Array = weights / weights.sum(axis=-1, keepdims=True)
    return found


def softmax(scores: Array) -> Array:
    """Over the last axis; a row that sees nothing gives zeros."""
    top = scores.max(axis=-1, keepdims=True)
    weights = np.exp(scores - np.where(np.isfinite(top), top, 0))
    found: Array = weights / np.maximum(weights.sum(axis=-1, keepdims=True), 1e-300)
    return found


def seen(t: int, s: int) -> Array:
    """Which key each query may see: those at its own place and before."""
    return np.tri(t, s, s - t, dtype=bool)


def attention(
    case: Case,
    *,
    rotated: str = "qk",
    visible: Callable[[int, int], Array] = seen,
    shared: Callable[[int, int], Array] = lambda heads, kv: np.arange(heads) // (heads // kv),
    scale: Callable[[Case], float] = lambda case: (case.init["d_model"] / case.init["num_heads"]) ** -0.5,
    hidden: float = -np.inf,
    mask_after: bool = False,
    project: bool = True,
    empty: float = 0.0,
    added: float = 0.0,
    over: int = -1,
    soft: Callable[[Array], Array] = softmax,
    apart: Heads = split,
    together: Heads = lambda heads, h: merge(heads),
) -> Array:
    """The layer's output, or that of one of its variants."""
    p, x, h = case.attributes, case.inputs[0], case.init["num_heads"]
    kv = len(p["W_k"]) // (case.init["d_model"] // h)
    parts = {c: apart(x @ p[f"W_{c}"].T, h if c == "q" else kv) for c in "qkv"}
    q, k, v = (turn(part) if c in rotated else part for c, part in parts.items())
    reads = shared(h, kv)
    scores = q @ k[:, reads].swapaxes(-1, -2) * scale(case)
    may = visible(*scores.shape[-2:])
    shown = np.where(may, scores, scores + added if added else hidden)
    weights = np.where(may, softmax(scores), 0) if mask_after else soft(shown.swapaxes(-1, over)).swapaxes(-1, over)
    weights = np.where(may.any(axis=-1, keepdims=True), weights, empty)
    merged = together(weights @ v[:, reads], h)
    y: Array = merged @ p["W_o"].T if project else merged
    return y


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
    found: Array = merge(_summed(dv, kv)) @ p["W_v"]
    return found


def _summed(heads: Array, kv: int) -> Array:
    n, h, t, d = heads.shape
    found: Array = heads.reshape(n, kv, h // kv, t, d).sum(axis=2)
    return found


def gradients(
    case: Case, *, turned_back: bool = True, unscaled: str = "", first_head: bool = False, collect: Heads | None = None
) -> dict[str, Array]:
    """All gradients, or those of a variant."""
    assert case.upstream is not None
    p, x, h = case.attributes, case.inputs[0], case.init["num_heads"]
    t, d = x.shape[1], x.shape[2] // h
    kv = len(p["W_k"]) // d
    reads = np.arange(h) // (h // kv)
    q, k, v = turn(split(x @ p["W_q"].T, h)), turn(split(x @ p["W_k"].T, kv)), split(x @ p["W_v"].T, kv)
    weights = softmax(np.where(seen(t, t), q @ k[:, reads].swapaxes(-1, -2) * d**-0.5, -np.inf))
    merged = merge(weights @ v[:, reads])
    dheads = split(case.upstream @ p["W_o"], h)
    dweights = dheads @ v[:, reads].swapaxes(-1, -2)
    dscores = weights * (dweights - (dweights * weights).sum(axis=-1, keepdims=True)) * d**-0.5
    collected = (lambda part: part[:, :: h // kv]) if first_head else (lambda part: (collect or _summed)(part, kv))
    dq, dk = dscores @ k[:, reads], collected(dscores.swapaxes(-1, -2) @ q)
    dq, dk = (part * (d**0.5 if name in unscaled else 1) for name, part in (("q", dq), ("k", dk)))
    if turned_back:
        dq, dk = turn(dq, sign=-1.0), turn(dk, sign=-1.0)
    dv = collected(weights.swapaxes(-1, -2) @ dheads)
    found = {"dL_dW_o": np.einsum("nto,nti->oi", case.upstream, merged), "dL_dx": np.zeros_like(x)}
    for name, part in (("q", dq), ("k", dk), ("v", dv)):
        found[f"dL_dW_{name}"] = np.einsum("nto,nti->oi", merge(part), x)
        found["dL_dx"] = found["dL_dx"] + merge(part) @ p[f"W_{name}"]
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
        _with(shared=lambda heads, kv: np.arange(heads) % kv),
        "Query head i reads key head i % kv: neighbours share a key head, i // (h / kv).",
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
        _backward(turned_back=False),
        "The gradients of queries and keys are not turned back: apply rotate_backward to both.",
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
        _backward(collect=lambda part, kv: _summed(part, kv) * kv / part.shape[1]),
        "A key head gets the mean of its query heads' gradients: add them up.",
    ),
    mistake(
        "group-of-others",
        ("dL_dx", "dL_dW_k", "dL_dW_v"),
        _backward(collect=_across),
        "Backward adds up query heads i, i + kv, …, which do not share a key head: neighbours do, i // (h / kv).",
    ),
)
