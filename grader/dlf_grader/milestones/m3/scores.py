"""Bahdanau's and Luong's attention: cases, checks, and the mistakes people make."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dlf_grader.instruments_old.function import Function, compared
from dlf_grader.instruments_old.layer import Array, Case, Misconception, RngFor
from dlf_grader.milestones.m3.formulas import masked_softmax, mistake, whole

ORACLES = "dlf_reference.oracles.m3"
WHOLE_NUMBERS = 3
# N, T, Dq, Dk, Dv, A, mask
SIZES = (
    (1, 2, 1, 1, 1, 1, ""),
    (1, 2, 2, 2, 1, 2, ""),
    (2, 2, 2, 2, 2, 1, ""),
    (1, 1, 2, 2, 2, 2, ""),
    (2, 3, 3, 3, 2, 4, "some"),
    (3, 4, 2, 2, 3, 3, "row"),
    (2, 5, 3, 4, 2, 5, "some"),
    (4, 6, 4, 3, 5, 2, "row"),
)
KEYWORDS = {"dot": (), "general": ("W",), "concat": ("W", "v")}


def _cases(score: str) -> Callable[[RngFor], Iterator[Case]]:
    """For Luong's `score`, or "bahdanau": one sample and two steps, more of everything, masks, unequal sizes."""

    def cases(rng_for: RngFor) -> Iterator[Case]:
        for number, (n, t, dq, dk_or_any, dv, a, kind) in enumerate(SIZES, start=1):
            rng, dk = rng_for(number), dq if score == "dot" else dk_or_any

            def draw(*shape: int, rng: np.random.Generator = rng, small: bool = number <= WHOLE_NUMBERS) -> Array:
                return whole(rng, *shape) / 2 if small else rng.standard_normal(shape)

            inputs: tuple[Array, ...] = (draw(n, dq), draw(n, t, dk), draw(n, t, dv))
            parameters = {"W_q": draw(a, dq), "W_k": draw(a, dk), "v": draw(a)}
            mask = None
            if kind:
                mask = rng.random((n, t)) < 0.6
                mask[:, 0], mask[:, -1] = True, False
                mask[0] &= kind != "row"
            init: dict[str, Any] = {"mask": mask} if kind else {}
            if score == "bahdanau":
                inputs += tuple(parameters.values())
            else:
                shape = (dq, dk) if score == "general" else (a, dq + dk)
                made = {"W": draw(*shape), "v": parameters["v"]}
                init = {"score": score} | {name: made[name] for name in KEYWORDS[score]} | init
            named = {
                "more than one sample": n > 1,
                "a single step": t == 1,
                "keys of another size than the query": dq != dk,
                "a mask": bool(kind),
                "a row that may attend to nothing": kind == "row",
            }
            label = f"N={n} T={t} Dq={dq} Dk={dk} Dv={dv}" + ("" if score in ("dot", "general") else f" A={a}")
            traits = frozenset(name for name, holds in named.items() if holds)
            yield Case(label + (f", mask {mask.shape}" if mask is not None else ""), inputs, init, traits=traits)

    return cases


def _bahdanau_question(case: Case) -> dict[str, Any]:
    names = ("query", "keys", "values", "W_q", "W_k", "v")
    return dict(zip(names, case.inputs, strict=True)) | {"mask": case.init.get("mask")}


def _luong_question(case: Case) -> dict[str, Any]:
    query, keys, values = case.inputs
    nothing = {"W": None, "v": None, "mask": None}
    return {"query": query, "keys": keys, "values": values} | nothing | case.init


Scores = Callable[[Case], Array]


def _wrong(name: str, scores: Scores, text: str) -> Misconception:
    """A mistake in the scores; weights and context follow from them."""

    def compute(case: Case, tensor: str) -> Array:
        weights = masked_softmax(scores(case), case.init.get("mask"))
        return weights if tensor == "weights" else np.einsum("nt,ntd->nd", weights, case.inputs[2])

    return mistake(name, "weights context", compute, text)


def _features(case: Case) -> Array:
    query, keys, _, W_q, W_k, _ = case.inputs
    features: Array = (query @ W_q.T)[:, None] + keys @ W_k.T
    return features


def _over_batch(case: Case, tensor: str) -> Array:
    mask = case.init.get("mask")
    scores = np.tanh(_features(case)) @ case.inputs[5]
    weights = masked_softmax(scores.T, None if mask is None else mask.T).T
    return weights if tensor == "weights" else np.einsum("nt,ntd->nd", weights, case.inputs[2])


BAHDANAU_MISTAKES = (
    _wrong(
        "tanh-forgotten",
        lambda case: _features(case) @ case.inputs[5],
        "the tanh were missing: without it the query adds the same to every score, and softmax takes no notice.",
    ),
    _wrong(
        "v-forgotten",
        lambda case: np.tanh(_features(case)).sum(axis=-1),
        "the features were added up as they are: v weighs them.",
    ),
    _wrong(
        "query-forgotten",
        lambda case: np.tanh(case.inputs[1] @ case.inputs[4].T) @ case.inputs[5],
        "the query took no part in the scores: add W_q query to W_k key, inside the tanh.",
    ),
    mistake(
        "softmax-over-batch",
        "weights context",
        _over_batch,
        "softmax ran over the batch: each sample shares its weights among its own T steps, so take the last axis.",
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


LUONG_MISTAKES = {
    "dot": (
        _wrong(
            "dot-scaled",
            lambda case: _dot(*case.inputs[:2]) / math.sqrt(case.inputs[0].shape[1]),
            "the product were divided by √d: that came later; Luong's dot score is the plain product.",
        ),
    ),
    "general": (
        _wrong(
            "W-ignored",
            lambda case: _dot(*case.inputs[:2]),
            "W took no part in the score: it stands between query and key, q · (W k).",
        ),
        _wrong(
            "W-transposed",
            lambda case: _dot(case.inputs[0] @ case.init["W"].T, case.inputs[1]),
            "W were transposed: it has the shape (Dq, Dk), its rows meet the query and its columns the key.",
        ),
    ),
    "concat": (
        _wrong(
            "concat-order",
            lambda case: _concat(case, swapped=True),
            "the key came before the query: the first Dq columns of W belong to the query.",
        ),
        _wrong(
            "concat-tanh-forgotten",
            lambda case: _concat(case, tanh=False),
            "the tanh were missing between W and v: two products in a row are one.",
        ),
    ),
}


def _luong(score: str) -> Function:
    return Function(
        "luong_attention",
        f"{ORACLES}:luong",
        _cases(score),
        ("query", "keys", "values"),
        ("context", "weights"),
        LUONG_MISTAKES[score],
        _luong_question,
    )


BAHDANAU = Function(
    "bahdanau_attention",
    f"{ORACLES}:bahdanau",
    _cases("bahdanau"),
    ("query", "keys", "values", "W_q", "W_k", "v"),
    ("context", "weights"),
    BAHDANAU_MISTAKES,
    _bahdanau_question,
)

bahdanau = compared(BAHDANAU, "weights", "context")
dot = compared(_luong("dot"), "weights", "context")
general = compared(_luong("general"), "weights", "context")
concat = compared(_luong("concat"), "weights", "context")
