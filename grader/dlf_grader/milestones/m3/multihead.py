"""MultiHeadAttention: cases, checks, and the mistakes people make."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from dlf_grader.instruments_old.behaviour import manners
from dlf_grader.instruments_old.gradient import gradient
from dlf_grader.instruments_old.layer import Array, Case, Layer, Misconception, RngFor
from dlf_grader.instruments_old.parity import parity
from dlf_grader.instruments_old.refusal import refuses
from dlf_grader.milestones.m3.formulas import (
    masked_softmax,
    merge,
    mistake,
    multi_head,
    scores_of,
    split,
    whole,
)

PARAMETERS = ("W_q", "b_q", "W_k", "b_k", "W_v", "b_v", "W_o", "b_o")

# N, T, E, heads, mask
SIZES = (
    (1, 1, 1, 1, ""),
    (1, 2, 1, 1, ""),
    (1, 2, 2, 1, ""),
    (1, 2, 4, 2, ""),
    (2, 2, 2, 2, ""),
    (1, 1, 4, 2, ""),
    (2, 3, 6, 3, ""),
    (1, 3, 4, 2, "causal"),
    (2, 3, 4, 2, "keys"),
    (2, 3, 4, 2, "heads"),
    (2, 4, 6, 2, "row"),
    (3, 5, 8, 4, "keys"),
)
WHOLE_NUMBERS = 4


def mask_of(kind: str, rng: np.random.Generator, n: int, heads: int, t: int) -> Array:
    """A mask: (T, T) causal, (N, 1, 1, T) keys, (N, h, T, T), or one with a row that may attend to nothing."""
    if kind == "causal":
        return np.tril(np.ones((t, t), bool))
    mask = rng.random((n, 1, 1, t) if kind == "keys" else (n, heads, t, t)) < 0.6
    mask[..., 0] = True
    mask[0, ..., -1] = False
    if kind == "row":
        mask[0, :, 1] = False
    return mask


def draw_parameters(rng: np.random.Generator, e: int, small: bool) -> dict[str, Any]:
    """Parameters of an attention, small whole numbers or normal ones."""
    shapes: dict[str, tuple[int, ...]] = {name: (e, e) if name[0] == "W" else (e,) for name in PARAMETERS}
    return {name: whole(rng, *s) if small else rng.standard_normal(s) / e**0.5 for name, s in shapes.items()}


def traits_of(n: int, t: int, heads: int, kind: str) -> frozenset[str]:
    """What is special about a case of self-attention."""
    named = {
        "more than one sample": n > 1,
        "more than one token": t > 1,
        "more than one head": heads > 1,
        "a mask": bool(kind),
        "a mask that differs between heads": kind in ("heads", "row"),
        "a row that may attend to nothing": kind == "row",
    }
    return frozenset(name for name, holds in named.items() if holds)


def cases(rng_for: RngFor) -> Iterator[Case]:
    """One token and feature, then tokens, features, heads, samples, and masks of every shape."""
    for number, (n, t, e, heads, kind) in enumerate(SIZES, start=1):
        rng, small = rng_for(number), number <= WHOLE_NUMBERS
        x = whole(rng, n, t, e) if small else rng.standard_normal((n, t, e))
        mask = (mask_of(kind, rng, n, heads, t),) if kind else ()
        words = f", mask {mask[0].shape}" if mask else ""
        yield Case(
            label=f"N={n} T={t} E={e}, {heads} head{'s' if heads > 1 else ''}{words}",
            inputs=(x, *mask),
            init={"d_model": e, "num_heads": heads},
            attributes=draw_parameters(rng, e, small),
            upstream=whole(rng, n, t, e),
            traits=traits_of(n, t, heads, kind),
        )


# -- mistakes -------------------------------------------------------------------------------------


def _y(case: Case, **changed: Any) -> Array:
    p = case.attributes | {name: value for name, value in changed.items() if name in case.attributes}
    mask = case.inputs[1] if len(case.inputs) > 1 else None
    how: dict[str, Any] = {"mask": mask} | {name: value for name, value in changed.items() if name not in p}
    return multi_head(p, case.init["num_heads"], case.inputs[0], **how)


def _cut_across(x: Array, heads: int) -> Array:
    n, t, e = x.shape
    return x.reshape(n, heads, t, e // heads)


def _interleaved(x: Array, heads: int) -> Array:
    n, t, e = x.shape
    return x.reshape(n, t, e // heads, heads).transpose(0, 3, 1, 2)


def _merged_across(x: Array) -> Array:
    n, h, t, d = x.shape
    return np.ascontiguousarray(x).reshape(n, t, h * d)


def _first_head_masked(case: Case, tensor: str) -> Array | None:
    if len(case.inputs) == 1:
        return None
    heads, t = case.init["num_heads"], case.inputs[0].shape[1]
    mask = np.broadcast_to(case.inputs[1], (len(case.inputs[0]), heads, t, t)).copy()
    mask[:, 1:] = True
    return _y(case, mask=mask)


def _through_values(case: Case) -> Array:
    """dL_dx through the values alone, the weights constant."""
    assert case.upstream is not None
    p, heads, x = case.attributes, case.init["num_heads"], case.inputs[0]
    q, k = (split(x @ p[f"W_{c}"].T + p[f"b_{c}"], heads) for c in "qk")
    mask = case.inputs[1] if len(case.inputs) > 1 else None
    weights = masked_softmax(scores_of(q, k) / math.sqrt(q.shape[-1]), mask)
    dv = merge(weights.swapaxes(-1, -2) @ split(case.upstream @ p["W_o"], heads))
    answer: Array = dv @ p["W_v"]
    return answer


MISTAKES: tuple[Misconception, ...] = (
    mistake(
        "heads-cut-across",
        "y",
        lambda case, tensor: _y(case, split=_cut_across, merge=lambda x: x.reshape(*case.inputs[0].shape)),
        "(N, T, E) were reshaped to (N, h, T, d) at once, which cuts across tokens: reshape to (N, T, h, d), then swap "
        "the two middle axes.",
    ),
    mistake(
        "heads-cut-across-split",
        "y",
        lambda case, tensor: _y(case, split=_cut_across),
        "(N, T, E) were reshaped to (N, h, T, d) at once, which cuts across tokens: reshape to (N, T, h, d), then swap "
        "the two middle axes.",
    ),
    mistake(
        "heads-interleaved",
        "y",
        lambda case, tensor: _y(case, split=_interleaved),
        "head 0 took every h-th feature: the first d features are head 0's, so reshape to (…, h, d), not (…, d, h).",
    ),
    mistake(
        "heads-merged-across",
        "y",
        lambda case, tensor: _y(case, merge=_merged_across),
        "the heads were reshaped to (N, T, E) before the axes were swapped back: first (N, T, h, d), then reshape.",
    ),
    mistake(
        "scaled-by-d-model",
        "y",
        lambda case, tensor: _y(case, scale=1 / math.sqrt(case.init["d_model"])),
        "the scores were divided by √E: a head's queries have d = E / h features, so divide by √d.",
    ),
    mistake(
        "output-bias-forgotten",
        "y",
        lambda case, tensor: _y(case, b_o=np.zeros(case.init["d_model"])),
        "b_o were never added: the last projection has a bias, too.",
    ),
    mistake(
        "output-projection-forgotten",
        "y",
        lambda case, tensor: _y(case, W_o=np.eye(case.init["d_model"]), b_o=np.zeros(case.init["d_model"])),
        "the merged heads were returned as they are: W_o and b_o mix what the heads found.",
    ),
    mistake(
        "mask-first-head-only",
        "y",
        _first_head_masked,
        "the mask reached the first head only: it is broadcast to (N, h, T, T), the same for every head.",
    ),
    mistake(
        "mask-not-passed-on",
        "y",
        lambda case, tensor: None if len(case.inputs) == 1 else _y(case, mask=None),
        "the mask were not passed on: where it is False, a token must not be looked at.",
    ),
    mistake(
        "only-through-values",
        "dL_dx",
        lambda case, tensor: _through_values(case),
        "only the values sent a gradient back to x: queries and keys were made of x, too: three gradients add up.",
    ),
)

ATTENTION = Layer(
    name="MultiHeadAttention",
    oracle="dlf_reference.oracles.m3:multi_head_attention",
    cases=cases,
    parameters=PARAMETERS,
    others=("mask",),
    misconceptions=MISTAKES,
)

forward = parity(ATTENTION, "y")
kept = parity(replace(ATTENTION, state=("weights",)), "weights")
backward = parity(ATTENTION, "dL_dx")
parameters = parity(ATTENTION, *(f"dL_d{name}" for name in PARAMETERS))
slope = gradient(ATTENTION)
behaviour = manners(ATTENTION)
errors = refuses(
    "MultiHeadAttention",
    [
        ("tokens without a batch axis", {"d_model": 4, "num_heads": 2}, np.zeros((3, 4))),
        ("tokens of another size", {"d_model": 4, "num_heads": 2}, np.zeros((1, 3, 6))),
        ("an empty sequence", {"d_model": 4, "num_heads": 2}, np.zeros((1, 0, 4))),
    ],
)
