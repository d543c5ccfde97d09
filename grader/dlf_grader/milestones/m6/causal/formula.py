"""Causal attention in NumPy, with parts that a mistake replaces."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dlf_grader.instruments.case import Array, Case

BASE = 10000.0
Heads = Callable[[Array, int], Array]
Sharing = Callable[[int, int], Array]  # heads, key heads


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


def neighbours(heads: int, kv: int) -> Array:
    """The key head that each query head reads."""
    return np.arange(heads) // (heads // kv)


def attention(
    case: Case,
    *,
    rotated: str = "qk",
    visible: Callable[[int, int], Array] = seen,
    shared: Sharing = neighbours,
    shared_values: Sharing | None = None,
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
    reads, reads_values = shared(h, kv), (shared_values or shared)(h, kv)
    scores = q @ k[:, reads].swapaxes(-1, -2) * scale(case)
    may = visible(*scores.shape[-2:])
    shown = np.where(may, scores, scores + added if added else hidden)
    weights = np.where(may, softmax(scores), 0) if mask_after else soft(shown.swapaxes(-1, over)).swapaxes(-1, over)
    weights = np.where(may.any(axis=-1, keepdims=True), weights, empty)
    merged = together(weights @ v[:, reads_values], h)
    y: Array = merged @ p["W_o"].T if project else merged
    return y


def summed(heads: Array, kv: int) -> Array:
    """The gradient of each key head: the sum over the query heads that read it."""
    n, h, t, d = heads.shape
    found: Array = heads.reshape(n, kv, h // kv, t, d).sum(axis=2)
    return found


def gradients(
    case: Case,
    *,
    turned_back: str = "qk",
    unscaled: str = "",
    first_head: bool = False,
    collect: Heads | None = None,
    keepdims: bool = True,
) -> dict[str, Array]:
    """All gradients, or those of a variant."""
    assert case.upstream is not None
    p, x, h = case.attributes, case.inputs[0], case.init["num_heads"]
    t, d = x.shape[1], x.shape[2] // h
    kv = len(p["W_k"]) // d
    reads = neighbours(h, kv)
    q, k, v = turn(split(x @ p["W_q"].T, h)), turn(split(x @ p["W_k"].T, kv)), split(x @ p["W_v"].T, kv)
    weights = softmax(np.where(seen(t, t), q @ k[:, reads].swapaxes(-1, -2) * d**-0.5, -np.inf))
    merged = merge(weights @ v[:, reads])
    dheads = split(case.upstream @ p["W_o"], h)
    dweights = dheads @ v[:, reads].swapaxes(-1, -2)
    dscores = weights * (dweights - (dweights * weights).sum(axis=-1, keepdims=keepdims)) * d**-0.5
    collected = (lambda part: part[:, :: h // kv]) if first_head else (lambda part: (collect or summed)(part, kv))
    dq, dk = dscores @ k[:, reads], collected(dscores.swapaxes(-1, -2) @ q)
    dq, dk = (part * (d**0.5 if name in unscaled else 1) for name, part in (("q", dq), ("k", dk)))
    dq, dk = (turn(part, sign=-1.0) if name in turned_back else part for name, part in (("q", dq), ("k", dk)))
    dv = collected(weights.swapaxes(-1, -2) @ dheads)
    found = {"dL_dW_o": np.einsum("nto,nti->oi", case.upstream, merged), "dL_dx": np.zeros_like(x)}
    for name, part in (("q", dq), ("k", dk), ("v", dv)):
        found[f"dL_dW_{name}"] = np.einsum("nto,nti->oi", merge(part), x)
        found["dL_dx"] = found["dL_dx"] + merge(part) @ p[f"W_{name}"]
    return found
