"""Scaled dot-product attention as subjects: without a mask, with one, and backward; PyTorch is their oracle."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.instruments.behaviour.claims import check_claims
from dlf_grader.instruments.behaviour.functions import function_claims
from dlf_grader.instruments.case import Array, Case, RngFor, drawn_size, label, small_whole, traits
from dlf_grader.instruments.subjects.function import Function
from dlf_grader.milestones.m3.attention import mistakes
from dlf_grader.milestones.m3.attention.softmax import SOFTMAX
from dlf_grader.milestones.m3.attention_formulas import masked_softmax, scaled_scores
from dlf_grader.sandbox.proxy import Submission

Sizes = tuple[tuple[int, ...], int, int, int, int]  # leading axes, T, S, d, dv
SIZES: tuple[Sizes, ...] = (
    ((), 2, 2, 1, 1),
    ((), 2, 2, 4, 2),
    ((), 1, 2, 4, 1),
    ((), 2, 3, 4, 3),
    ((), 1, 1, 2, 2),
    ((2,), 2, 3, 3, 2),
    ((2, 3), 4, 4, 5, 5),
    ((2, 2), 3, 5, 4, 6),
)
MASKED_SIZES: tuple[tuple[Sizes, str], ...] = (
    (((), 1, 3, 4, 1), "some"),
    (((), 2, 3, 4, 2), "row"),
    (((), 3, 3, 4, 2), "causal"),
    (((2, 2), 3, 4, 3, 2), "shared"),
    (((2,), 2, 3, 2, 2), "everything"),
    (((2, 2), 4, 5, 3, 3), "keys"),
)
LARGE: tuple[Sizes, ...] = (((2,), 3, 4, 3, 2),)
FAR_APART: tuple[tuple[Sizes, str], ...] = (
    (((2,), 3, 4, 3, 2), "hidden largest"),
    (((), 4, 5, 2, 2), "hidden largest"),
)
WHOLE_NUMBERS = 4
SCORES = 1e4


def cases(rng_for: RngFor) -> Iterator[Case]:
    """Without a mask: two queries and two keys, then more of everything, S other than T, leading axes."""
    for number, sizes in enumerate((*SIZES, _drawn(rng_for(0))), start=1):
        yield Case(_label(*sizes), _inputs(rng_for(number), number, *sizes), traits=_traits(*sizes, ""))
    for number, sizes in enumerate(LARGE, start=len(SIZES) + 2):
        q, k, v = _inputs(rng_for(number), number, *sizes)
        words, holds = label(_label(*sizes), "scores of ±10000"), _traits(*sizes, "") | {"scores of ±10000"}
        yield Case(words, (q, SCORES * k, v), traits=holds)


def masked_cases(rng_for: RngFor) -> Iterator[Case]:
    """With a mask: a key hidden, a row that sees nothing, causal, shared by all heads, nothing at all, padding."""
    for number, (sizes, kind) in enumerate(MASKED_SIZES, start=1):
        rng = rng_for(number)
        inputs = _inputs(rng, number, *sizes)
        mask = _mask(kind, rng, *sizes[:3])
        words = label(_label(*sizes), f"mask {mask.shape}")
        yield Case(words, inputs, {"mask": mask}, traits=_traits(*sizes, kind))
    yield from _far_apart(rng_for)
    rng = rng_for(len(MASKED_SIZES) + 1)
    sizes = _drawn(rng)
    mask = _mask("some", rng, *sizes[:3])
    words = label(_label(*sizes), f"mask {mask.shape}")
    yield Case(words, _inputs(rng, WHOLE_NUMBERS + 1, *sizes), {"mask": mask}, traits=_traits(*sizes, "some"))


def _far_apart(rng_for: RngFor) -> Iterator[Case]:
    """Hidden scores a thousand above the others, then ten thousand above others that are as far below 0."""
    for number, (sizes, kind) in enumerate(FAR_APART, start=len(MASKED_SIZES) + 2):
        rng = rng_for(number)
        q, k, v = _inputs(rng, WHOLE_NUMBERS + 1, *sizes)
        mask = _mask("keys", rng, *sizes[:3])
        q, k = np.abs(q) + 0.5, np.abs(k) + 0.5
        high = np.where(np.swapaxes(mask, -1, -2), -SCORES * k if number % 2 == 0 else 0.001 * k, SCORES * k)
        yield Case(
            label(_label(*sizes), f"mask {mask.shape}", "hidden scores far above the others"),
            (q, high, v),
            {"mask": mask},
            traits=_traits(*sizes, kind) | {"hidden scores far above the others"},
        )


def _drawn(rng: np.random.Generator) -> Sizes:
    """Sizes as in use: samples, heads, queries, keys, features."""
    lead = (drawn_size(rng, 2, 4), drawn_size(rng, 2, 4))
    return lead, drawn_size(rng, 16, 64), drawn_size(rng, 16, 64), drawn_size(rng, 8, 32), drawn_size(rng, 8, 32)


def backward_cases(rng_for: RngFor) -> Iterator[Case]:
    """The cases without a mask, then those with one; the weights are right, whatever `forward` does."""
    for number, case in enumerate([*cases(rng_for), *masked_cases(rng_for)], start=1):
        q, k, v = case.inputs
        mask = case.init.get("mask")
        weights = masked_softmax(scaled_scores(q, k), mask)
        upstream = small_whole(rng_for(100 + number), *q.shape[:-1], v.shape[-1])
        yield Case(case.label, (upstream, q, k, v, weights), attributes={"mask": mask}, traits=case.traits)


def _inputs(rng: np.random.Generator, number: int, lead: tuple[int, ...], t: int, s: int, d: int, dv: int) -> Any:
    shapes = ((*lead, t, d), (*lead, s, d), (*lead, s, dv))
    return tuple(small_whole(rng, *x) if number <= WHOLE_NUMBERS else rng.standard_normal(x) for x in shapes)


def _mask(kind: str, rng: np.random.Generator, lead: tuple[int, ...], t: int, s: int) -> Array:
    mask = rng.random((*lead, t, s)) < 0.6
    mask[..., 0] = True
    mask[..., -1] = False
    if kind == "row":
        mask[..., 0, :] = False
    elif kind == "causal":
        mask = np.tril(np.ones((t, s), bool))
    elif kind == "shared":
        mask = mask.reshape(-1, t, s)[0]
    elif kind == "everything":
        mask = np.zeros((t, s), bool)
    elif kind == "keys":
        mask = mask[..., :1, :]
    return mask


def _label(lead: tuple[int, ...], t: int, s: int, d: int, dv: int) -> str:
    return label(f"leading axes {lead}" if lead else "", f"T={t} S={s} d={d} dv={dv}")


def _traits(lead: tuple[int, ...], t: int, s: int, d: int, dv: int, kind: str) -> frozenset[str]:
    return traits(
        {
            "a single query": t == 1,
            "S other than T": s != t,
            "d above 1": d > 1,
            "a single key": s == 1,
            "leading axes": bool(lead),
            "two leading axes": len(lead) > 1,
            "a row that may attend to nothing": kind in ("row", "everything"),
        }
    )


def _asked(case: Case) -> dict[str, Any]:
    q, k, v = case.inputs
    upstream = np.ones((*q.shape[:-1], v.shape[-1]))
    return {"q": q, "k": k, "v": v, "mask": case.init.get("mask"), "upstream": upstream}


def _asked_backward(case: Case) -> dict[str, Any]:
    upstream, q, k, v, _ = case.inputs
    return {"q": q, "k": k, "v": v, "mask": case.attributes["mask"], "upstream": upstream}


def _behaves(function: Function) -> Callable[[Submission, Context], None]:
    """The claim that another function of the file keeps the dtype and leaves its inputs alone, too."""

    def claim(submission: Submission, ctx: Context) -> None:
        check_claims(function_claims(function, submission, ctx))

    return claim


def _attention(cases: Callable[[RngFor], Iterator[Case]], known: Any) -> Function:
    return Function(
        name="scaled_dot_product_attention",
        oracle="dlf_reference.oracles.m3:attention",
        cases=cases,
        arguments=("q", "k", "v"),
        results=("output", "weights"),
        mistakes=known,
        asked=_asked,
    )


FORWARD = _attention(cases, mistakes.FORWARD)
MASK = _attention(masked_cases, mistakes.MASK)
BACKWARD = Function(
    name="scaled_dot_product_attention_backward",
    oracle="dlf_reference.oracles.m3:attention",
    cases=backward_cases,
    arguments=("dL_doutput", "q", "k", "v", "weights"),
    results=("dL_dq", "dL_dk", "dL_dv"),
    mistakes=mistakes.BACKWARD,
    asked=_asked_backward,
    claims=(_behaves(SOFTMAX), _behaves(MASK)),
)
