"""Attention and the encoder block as formulas with switches, from which the mistaken versions are made."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from dlf_grader.instruments_old.layer import Array, Case, Misconception


def mistake(name: str, about: str, compute: Callable[[Case, str], Any], text: str) -> Misconception:
    """A mistake in the tensors named in `about`; its text goes on from "It looks as if "."""
    return Misconception(
        name, "It looks as if " + text, tuple(about.split()), lambda ask, case, tensor: compute(case, tensor)
    )


def softmax(scores: Array, axis: int = -1) -> Array:
    """Softmax that copes with rows of -inf by nan, as NumPy does."""
    e = np.exp(scores - scores.max(axis=axis, keepdims=True))
    weights: Array = e / e.sum(axis=axis, keepdims=True)
    return weights


def masked_softmax(scores: Array, mask: Array | None) -> Array:
    """Softmax over what the mask lets through; zeros where that is nothing."""
    if mask is None:
        return softmax(scores)
    weights: Array = softmax(np.where(mask, scores, -1e300)) * mask
    return weights


def scores_of(q: Array, k: Array) -> Array:
    """q kᵀ, not scaled."""
    scores: Array = q @ k.swapaxes(-1, -2)
    return scores


def attention(q: Array, k: Array, v: Array, mask: Array | None = None, scale: float | None = None) -> Array:
    """Scaled dot-product attention's output."""
    scale = 1 / math.sqrt(q.shape[-1]) if scale is None else scale
    output: Array = masked_softmax(scores_of(q, k) * scale, mask) @ v
    return output


def whole(rng: np.random.Generator, *shape: int) -> Array:
    """Small whole numbers without 0."""
    drawn: Array = rng.choice([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0], shape)
    return drawn


def split(x: Array, heads: int) -> Array:
    """(N, T, E) → (N, h, T, d)."""
    n, t, e = x.shape
    return x.reshape(n, t, heads, e // heads).swapaxes(1, 2)


def merge(x: Array) -> Array:
    """(N, h, T, d) → (N, T, E)."""
    n, h, t, d = x.shape
    return x.swapaxes(1, 2).reshape(n, t, h * d)


def multi_head(
    p: dict[str, Any],
    heads: int,
    x: Array,
    mask: Array | None,
    split: Callable[[Array, int], Array] = split,
    merge: Callable[[Array], Array] = merge,
    scale: float | None = None,
) -> Array:
    """Multi-head self-attention with the parameters of a case."""
    q, k, v = (split(x @ p[f"W_{c}"].T + p[f"b_{c}"], heads) for c in "qkv")
    y: Array = merge(attention(q, k, v, mask, scale)) @ p["W_o"].T + p["b_o"]
    return y


def layer_norm(x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> Array:
    """Layer normalisation over the last axis."""
    centred = x - x.mean(axis=-1, keepdims=True)
    y: Array = gamma * centred / np.sqrt(centred.var(axis=-1, keepdims=True) + eps) + beta
    return y


def feed_forward(p: dict[str, Any], x: Array, relu: bool = True) -> Array:
    """Linear, ReLU, linear."""
    hidden = x @ p["W1"].T + p["b1"]
    y: Array = (np.maximum(hidden, 0) if relu else hidden) @ p["W2"].T + p["b2"]
    return y


def part(case: Case, name: str) -> dict[str, Any]:
    """The parameters of one part of a block, by their own names."""
    return {key.removeprefix(name + "."): value for key, value in case.attributes.items() if key.startswith(name + ".")}
