"""What people get wrong in MultiHeadAttention: the formula with one thing changed."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistakes.mistake import Mistaken, mistake, of_case, of_right
from dlf_grader.milestones.m3.attention_formulas import masked_softmax, merge, multi_head, scaled_scores, split


def _mask(case: Case) -> Array | None:
    return case.inputs[1] if len(case.inputs) > 1 else None


def _y(case: Case, **how: Any) -> Array:
    arguments = {"mask": _mask(case)} | how
    return multi_head(case.attributes, case.init["num_heads"], case.inputs[0], **arguments)


def _with(**how: Any) -> Mistaken:
    """y with another split, merge or scale."""
    return of_case(lambda case: _y(case, **how))


def _split_across(x: Array, heads: int) -> Array:
    n, t, e = x.shape
    return x.reshape(n, heads, t, e // heads)


def _split_interleaved(x: Array, heads: int) -> Array:
    n, t, e = x.shape
    return x.reshape(n, t, e // heads, heads).transpose(0, 3, 1, 2)


def _merge_across(x: Array) -> Array:
    n, h, t, d = x.shape
    return np.ascontiguousarray(x).reshape(n, t, h * d)


def _zero(*names: str) -> Mistaken:
    """y with parameters that count as zero; a weight that does is the identity."""

    def y(case: Case) -> Array:
        e = case.init["d_model"]
        changed = {name: np.eye(e) if name[0] == "W" else np.zeros(e) for name in names}
        return multi_head(case.attributes | changed, case.init["num_heads"], case.inputs[0], _mask(case))

    return of_case(y)


def _first_head_masked(case: Case) -> Array | None:
    mask, heads, (n, t, _) = _mask(case), case.init["num_heads"], case.inputs[0].shape
    if mask is None:
        return None
    mask = np.broadcast_to(mask, (n, heads, t, t)).copy()
    mask[:, 1:] = True
    return _y(case, mask=mask)


def _samples_as_heads(case: Case) -> Array | None:
    """The mask without its head axis, so samples line up with heads; no difference where there is none of either."""
    mask = _mask(case)
    if mask is None or mask.ndim < 4:
        return None
    return _y(case, mask=mask[:, 0])


def _projected_by(taken: str, given: str) -> Mistaken:
    """y with one projection's weight, and perhaps its bias, taken for another's."""

    def y(case: Case) -> Array:
        p = case.attributes
        changed = {f"W_{taken}": p[f"W_{given}"]}
        return multi_head(p | changed, case.init["num_heads"], case.inputs[0], _mask(case))

    return of_case(y)


def _projected_wholly_by(taken: str, given: str) -> Mistaken:
    def y(case: Case) -> Array:
        p = case.attributes
        changed = {f"W_{taken}": p[f"W_{given}"], f"b_{taken}": p[f"b_{given}"]}
        return multi_head(p | changed, case.init["num_heads"], case.inputs[0], _mask(case))

    return of_case(y)


PAIRS = (("k", "q"), ("q", "k"), ("v", "k"), ("v", "q"), ("k", "v"), ("q", "v"))


def _through(case: Case) -> dict[str, Array]:
    """dL_dx through queries, keys and values, each by itself."""
    assert case.upstream is not None
    p, heads, x = case.attributes, case.init["num_heads"], case.inputs[0]
    q, k, v = (split(x @ p[f"W_{c}"].T + p[f"b_{c}"], heads) for c in "qkv")
    weights = masked_softmax(scaled_scores(q, k), _mask(case))
    dheads = split(case.upstream @ p["W_o"], heads)
    dweights = dheads @ v.swapaxes(-1, -2)
    dscores = weights * (dweights - (dweights * weights).sum(axis=-1, keepdims=True)) * q.shape[-1] ** -0.5
    parts = {"q": dscores @ k, "k": dscores.swapaxes(-1, -2) @ q, "v": weights.swapaxes(-1, -2) @ dheads}
    return {name: merge(part) @ p[f"W_{name}"] for name, part in parts.items()}


def _paths(names: str) -> Mistaken:
    """dL_dx as the sum of some of the three."""
    return of_case(lambda case: sum(_through(case)[name] for name in names))


def _untransposed(*names: str) -> Mistaken:
    """y with weights that multiply from the other side; all of them are square."""

    def y(case: Case) -> Array:
        p = case.attributes
        changed = p | {name: p[name].T for name in names}
        return multi_head(changed, case.init["num_heads"], case.inputs[0], _mask(case))

    return of_case(y)


WEIGHTS = ("W_q", "W_k", "W_v", "W_o")
MISTAKES = (
    mistake(
        "heads-cut-across",
        "y",
        (_with(split=_split_across, merge=_merge_across), _with(split=_split_across)),
        "(N, T, E) is reshaped to (N, h, T, d) at once, which mixes tokens: reshape to (N, T, h, d), then swap the two "
        "middle axes.",
    ),
    mistake(
        "heads-interleaved",
        "y",
        _with(split=_split_interleaved),
        "Head 0 takes every h-th feature, but its features are the first d: reshape to (…, h, d), not (…, d, h).",
    ),
    mistake(
        "heads-merged-across",
        "y",
        _with(merge=_merge_across),
        "The heads are reshaped to (N, T, E) before the axes are swapped back: swap to (N, T, h, d) first.",
    ),
    mistake(
        "scaled-by-d-model",
        "y",
        of_case(lambda case: _y(case, scale=case.init["num_heads"] ** -0.5)),
        "The scores are divided by √E: a head's queries have d = E / h features, so divide by √d.",
    ),
    mistake(
        "x-added",
        "y",
        of_right(lambda y, case: case.inputs[0] + y),
        "x is added to the result: the residual path belongs to the block, not to the attention.",
    ),
    mistake(
        "output-bias-forgotten",
        "y",
        _zero("b_o"),
        "b_o is not added: the last projection has a bias, too.",
    ),
    mistake(
        "output-projection-forgotten",
        "y",
        _zero("W_o", "b_o"),
        "The merged heads are returned as they are: multiply by W_oᵀ and add b_o.",
    ),
    mistake(
        "mask-lines-samples-up-with-heads",
        "y",
        of_case(_samples_as_heads),
        "The mask has lost its head axis, so samples line up with heads: pass it on with its shape (N, 1 or h, T, T).",
    ),
    mistake(
        "projections-mixed-up",
        "y",
        tuple(form for pair in PAIRS for form in (_projected_by(*pair), _projected_wholly_by(*pair))),
        "Two of q, k and v are made with the same weight: W_q makes the queries, W_k the keys, W_v the values.",
    ),
    mistake(
        "unscaled",
        "y",
        of_case(lambda case: _y(case, scale=(case.init["d_model"] / case.init["num_heads"]) ** 0.5)),
        "The scores are not divided by √d, where d = E / h is the size of a head.",
    ),
    mistake(
        "weights-averaged",
        "weights",
        of_right(lambda weights, case: weights.mean(axis=1)),
        "The weights are averaged over the heads: keep those of each head, (N, h, T, T).",
    ),
    mistake(
        "mask-first-head-only",
        "y",
        of_case(_first_head_masked),
        "The mask reaches the first head only: broadcast it to (N, h, T, T), the same for every head.",
    ),
    mistake(
        "mask-not-passed-on",
        "y",
        of_case(lambda case: None if _mask(case) is None else _y(case, mask=None)),
        "The mask is not passed on: hand it to scaled_dot_product_attention.",
    ),
    mistake(
        "only-through-values",
        "dL_dx",
        _paths("v"),
        "Only the values send a gradient back to x: queries and keys are made of x, too, so add three gradients.",
    ),
    mistake(
        "one-path-left-out",
        "dL_dx",
        (_paths("qk"), _paths("qv"), _paths("kv")),
        "dL_dx adds up two gradients of three: x makes queries, keys and values, and each sends one back.",
    ),
    mistake(
        "weights-not-transposed",
        "y",
        (_untransposed(*WEIGHTS), _untransposed(*WEIGHTS[:3]), *map(_untransposed, WEIGHTS)),
        "A weight is used without its transpose: its rows belong to outputs, so write x @ W.T.",
    ),
)
