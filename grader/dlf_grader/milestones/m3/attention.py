"""softmax, scaled dot-product attention and its backward: cases and checks; mistakes are in `attention_mistakes`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.instruments_old.function import Function, compared, polite
from dlf_grader.instruments_old.layer import Array, Case, RngFor
from dlf_grader.instruments_old.refusal import refused
from dlf_grader.milestones.m3 import attention_mistakes as mistakes
from dlf_grader.milestones.m3.formulas import masked_softmax, scores_of, whole
from dlf_grader.model import Measurements
from dlf_grader.sandbox.proxy import Submission

ORACLES = "dlf_reference.oracles.m3"

# shape, axis (None: left out), added to all
SOFTMAX = (
    ((1, 2), None, 0.0),
    ((2, 2), None, 0.0),
    ((2, 3), 0, 0.0),
    ((4,), None, 0.0),
    ((2, 3), None, 1000.0),
    ((2, 3), None, -1000.0),
    ((2, 3, 4), 1, 0.0),
    ((1, 1), None, 5.0),
    ((3, 2, 4, 5), -1, 0.0),
)


def softmax_cases(rng_for: RngFor) -> Iterator[Case]:
    """One row, then rows, axes, and numbers whose exp overflows."""
    for number, (shape, axis, level) in enumerate(SOFTMAX, start=1):
        x = whole(rng_for(number), *shape) if number < 5 else rng_for(number).standard_normal(shape)
        x[..., 0] += number == 1  # two different numbers in the first case
        named = {
            "more than one row": len(shape) > 1 and shape[0] > 1,
            "an axis that is not the last": axis not in (None, -1),
            "large numbers": level > 0,
            "very negative numbers": level < 0,
            "a single score": x.size == 1,
        }
        words = [f"x of shape {shape}", "" if axis is None else f"axis={axis}", f"near {level:g}" if level else ""]
        yield Case(
            label=", ".join(filter(None, words)),
            inputs=(x + level,),
            init={} if axis is None else {"axis": axis},
            traits=frozenset(name for name, holds in named.items() if holds),
        )


# leading axes, T, S, d, dv
SIZES: tuple[tuple[tuple[int, ...], int, int, int, int], ...] = (
    ((), 2, 2, 1, 1),
    ((), 2, 2, 4, 2),
    ((), 1, 2, 4, 1),
    ((), 2, 3, 4, 3),
    ((), 1, 1, 2, 2),
    ((2,), 2, 3, 3, 2),
    ((2, 3), 4, 4, 5, 5),
    ((2, 2), 3, 5, 4, 6),
)
WHOLE_NUMBERS = 4
MASKS = ("some", "row", "causal", "shared", "everything", "keys")  # of the cases with a mask


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


def _drawn(rng: np.random.Generator, number: int, lead: tuple[int, ...], *shape: int) -> Array:
    return whole(rng, *lead, *shape) if number <= WHOLE_NUMBERS else rng.standard_normal((*lead, *shape))


def cases(rng_for: RngFor) -> Iterator[Case]:
    """Without a mask: two queries and two keys, then more of everything, S other than T, leading axes."""
    for number, (lead, t, s, d, dv) in enumerate(SIZES, start=1):
        rng = rng_for(number)
        q, k, v = (_drawn(rng, number, lead, *shape) for shape in ((t, d), (s, d), (s, dv)))
        yield Case(_label(lead, t, s, d, dv), (q, k, v), {}, traits=_traits(lead, t, s, d))


def masked_cases(rng_for: RngFor) -> Iterator[Case]:
    """With a mask: a key hidden, a row that sees nothing, causal, shared by all heads, nothing at all, padding."""
    sizes: tuple[tuple[tuple[int, ...], int, int, int, int], ...] = (
        ((), 1, 3, 4, 1),
        ((), 2, 3, 4, 2),
        ((), 3, 3, 4, 2),
        ((2, 2), 3, 4, 3, 2),
        ((2,), 2, 3, 2, 2),
        ((2, 2), 4, 5, 3, 3),
    )
    for number, ((lead, t, s, d, dv), kind) in enumerate(zip(sizes, MASKS, strict=True), start=1):
        rng = rng_for(number)
        q, k, v = (_drawn(rng, number, lead, *shape) for shape in ((t, d), (s, d), (s, dv)))
        mask = _mask(kind, rng, lead, t, s)
        traits = _traits(lead, t, s, d) | (
            {"a row that may attend to nothing"} if kind in ("row", "everything") else set()
        )
        yield Case(f"{_label(lead, t, s, d, dv)}, mask {mask.shape}", (q, k, v), {"mask": mask}, traits=traits)


def _label(lead: tuple[int, ...], t: int, s: int, d: int, dv: int) -> str:
    return ", ".join([*([f"leading axes {lead}"] if lead else []), f"T={t} S={s} d={d} dv={dv}"])


def _traits(lead: tuple[int, ...], t: int, s: int, d: int) -> frozenset[str]:
    named = {
        "a single query": t == 1,
        "S other than T": s != t,
        "d above 1": d > 1,
        "a single key": s == 1,
        "leading axes": bool(lead),
        "two leading axes": len(lead) > 1,
    }
    return frozenset(name for name, holds in named.items() if holds)


def backward_cases(rng_for: RngFor) -> Iterator[Case]:
    """The cases without a mask, then those with; weights are the right ones, whatever `forward` does."""
    for number, case in enumerate([*cases(rng_for), *masked_cases(rng_for)], start=1):
        q, k, v = case.inputs
        mask = case.init.get("mask")
        weights = masked_softmax(scores_of(q, k) / math.sqrt(q.shape[-1]), mask)
        shape = (*q.shape[:-1], v.shape[-1])
        upstream = whole(rng_for(100 + number), *shape)
        yield Case(case.label, (upstream, q, k, v, weights), attributes={"mask": mask}, traits=case.traits)


def _backward_question(case: Case) -> dict[str, Any]:
    upstream, q, k, v, _ = case.inputs
    return {"q": q, "k": k, "v": v, "mask": case.attributes["mask"], "upstream": upstream}


def _question(case: Case) -> dict[str, Any]:
    q, k, v = case.inputs
    upstream = np.ones((*q.shape[:-1], v.shape[-1]))
    return {"q": q, "k": k, "v": v, "mask": case.init.get("mask"), "upstream": upstream}


SOFTMAX_FUNCTION = Function("softmax", f"{ORACLES}:softmax", softmax_cases, ("x",), ("y",), mistakes.SOFTMAX)
PLAIN = Function(
    "scaled_dot_product_attention",
    f"{ORACLES}:attention",
    cases,
    ("q", "k", "v"),
    ("output", "weights"),
    mistakes.FORWARD,
    _question,
)
MASKED = Function(
    "scaled_dot_product_attention",
    f"{ORACLES}:attention",
    masked_cases,
    ("q", "k", "v"),
    ("output", "weights"),
    mistakes.MASK,
    _question,
)
BACKWARD = Function(
    "scaled_dot_product_attention_backward",
    f"{ORACLES}:attention",
    backward_cases,
    ("dL_doutput", "q", "k", "v", "weights"),
    ("dL_dq", "dL_dk", "dL_dv"),
    mistakes.BACKWARD,
    _backward_question,
)

softmax = compared(SOFTMAX_FUNCTION)
forward = compared(PLAIN, "weights", "output")
mask = compared(MASKED, "weights", "output")
backward = compared(BACKWARD, "dL_dv", "dL_dq", "dL_dk")


def behaviour(submission: Submission, ctx: Context) -> Measurements:
    """All three functions keep dtype and inputs."""
    for function in (SOFTMAX_FUNCTION, MASKED, BACKWARD):
        polite(function)(submission, ctx)
    return {"functions": 3}


def errors(submission: Submission, ctx: Context) -> Measurements:
    """What does not fit together, and an empty sequence of keys, are refused."""
    bad = (
        ("keys of another size than the queries", (2, 3), (2, 4), (2, 4)),
        ("more values than keys", (2, 3), (2, 3), (3, 3)),
        ("no keys at all", (2, 3), (0, 3), (0, 3)),
    )
    for what, *shapes in bad:
        arrays = [np.ones(shape) for shape in shapes]
        refused(ctx, what, partial(submission.call, "scaled_dot_product_attention", *arrays), *arrays)
    return {"inputs": len(bad)}
