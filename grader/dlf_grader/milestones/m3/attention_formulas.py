"""Attention in NumPy, with switches from which the mistaken versions are made."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array


def softmax(scores: Array, axis: int = -1) -> Array:
    """Softmax; a row of -inf becomes nan, as in a learner's code."""
    e = np.exp(scores - scores.max(axis=axis, keepdims=True))
    weights: Array = e / e.sum(axis=axis, keepdims=True)
    return weights


def masked_softmax(scores: Array, mask: Array | None) -> Array:
    """Softmax over the scores that the mask allows; zeros where it allows none."""
    if mask is None:
        return softmax(scores)
    weights: Array = softmax(np.where(mask, scores, -1e300)) * mask
    return weights


def unscaled_scores(q: Array, k: Array) -> Array:
    """q kᵀ."""
    scores: Array = q @ k.swapaxes(-1, -2)
    return scores


def scaled_scores(q: Array, k: Array) -> Array:
    """q kᵀ / √d."""
    return unscaled_scores(q, k) / math.sqrt(q.shape[-1])


def split(x: Array, heads: int) -> Array:
    """(N, T, E) → (N, h, T, d)."""
    n, t, e = x.shape
    return x.reshape(n, t, heads, e // heads).swapaxes(1, 2)


def merge(x: Array) -> Array:
    """(N, h, T, d) → (N, T, E)."""
    n, h, t, d = x.shape
    return x.swapaxes(1, 2).reshape(n, t, h * d)


def multi_head(
    parameters: dict[str, Any],
    heads: int,
    x: Array,
    mask: Array | None,
    split: Callable[[Array, int], Array] = split,
    merge: Callable[[Array], Array] = merge,
    scale: float = 1.0,
) -> Array:
    """Multi-head self-attention with the parameters of a case; `scale` multiplies the scaled scores."""
    q, k, v = (split(x @ parameters[f"W_{c}"].T + parameters[f"b_{c}"], heads) for c in "qkv")
    attended = masked_softmax(scaled_scores(q, k) * scale, mask) @ v
    y: Array = merge(attended) @ parameters["W_o"].T + parameters["b_o"]
    return y
