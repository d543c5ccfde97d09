"""MultiHeadAttention as a subject: its cases, smallest first, and PyTorch as its oracle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from dlf_grader.instruments.behaviour.starts import drawn_from_rng
from dlf_grader.instruments.case import Array, Case, RngFor, counted, drawn_size, label, small_whole, traits
from dlf_grader.instruments.subjects.layer import Layer
from dlf_grader.milestones.m3.multihead import PARAMETERS
from dlf_grader.milestones.m3.multihead.mistakes import MISTAKES

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


def cases(rng_for: RngFor) -> Iterator[Case]:
    """One token and feature, then tokens, features, heads, samples, and masks of every shape."""
    for number, (n, t, e, heads, kind) in enumerate((*SIZES, _drawn(rng_for(0))), start=1):
        rng, by_hand = rng_for(number), number <= WHOLE_NUMBERS
        x = small_whole(rng, n, t, e) if by_hand else rng.standard_normal((n, t, e))
        mask = masks(kind, rng, n, heads, t)
        yield Case(
            label=label(
                f"N={n} T={t} E={e}",
                counted(heads, "head"),
                *(f"mask {array.shape}" for array in mask),
            ),
            inputs=(x, *mask),
            init={"d_model": e, "num_heads": heads},
            attributes=draw_parameters(rng, e, by_hand=by_hand),
            upstream=small_whole(rng, n, t, e),
            traits=traits_of(n, t, heads, kind),
        )


def _drawn(rng: np.random.Generator) -> tuple[int, int, int, int, str]:
    """Sizes as in use."""
    heads = drawn_size(rng, 2, 4)
    return drawn_size(rng, 2, 6), drawn_size(rng, 16, 50), heads * drawn_size(rng, 4, 8), heads, "keys"


def masks(kind: str, rng: np.random.Generator, n: int, heads: int, t: int) -> tuple[Array, ...]:
    """The mask of a case if it has one: (T, T) causal, (N, 1, 1, T) keys, (N, h, T, T), or with a row of False."""
    if not kind:
        return ()
    if kind == "causal":
        return (np.tril(np.ones((t, t), bool)),)
    mask = rng.random((n, 1, 1, t) if kind == "keys" else (n, heads, t, t)) < 0.6
    mask[..., 0] = True
    mask[0, ..., -1] = False
    if kind == "row":
        mask[0, :, 1] = False
    return (mask,)


def draw_parameters(rng: np.random.Generator, e: int, *, by_hand: bool) -> dict[str, Any]:
    """Parameters of an attention, small whole numbers or normal ones."""
    shapes: dict[str, tuple[int, ...]] = {name: (e, e) if name[0] == "W" else (e,) for name in PARAMETERS}
    return {name: small_whole(rng, *s) if by_hand else rng.standard_normal(s) / e**0.5 for name, s in shapes.items()}


def traits_of(n: int, t: int, heads: int, kind: str) -> frozenset[str]:
    """What is special about a case of self-attention."""
    return traits(
        {
            "more than one sample": n > 1,
            "more than one token": t > 1,
            "more than one head": heads > 1,
            "a mask": bool(kind),
            "a mask that differs between heads": kind in ("heads", "row"),
            "a row that may attend to nothing": kind == "row",
        }
    )


ATTENTION = drawn_from_rng(
    Layer(
        name="MultiHeadAttention",
        oracle="dlf_reference.oracles.m3:multi_head_attention",
        cases=cases,
        parameters=PARAMETERS,
        others=("mask",),
        mistakes=MISTAKES,
    )
)
STORED_WEIGHTS = replace(ATTENTION, state=("weights",))
