"""CausalSelfAttention as a subject: its cases, smallest first, PyTorch as its oracle; what it may not see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.case import Case, RngFor, counted, label, small_whole, traits
from dlf_grader.instruments.compare import as_array, close
from dlf_grader.instruments.subjects.layer import Layer
from dlf_grader.milestones.m6.causal import PARAMETERS
from dlf_grader.milestones.m6.causal.mistakes import MISTAKES
from dlf_grader.model import Measurements
from dlf_grader.report import Counterexample
from dlf_grader.sandbox.proxy import Submission

# N, T, E, heads, key heads (0: left out)
SIZES = (
    (1, 1, 2, 1, 0),
    (1, 2, 2, 1, 0),
    (1, 2, 4, 2, 0),
    (1, 3, 4, 1, 0),
    (2, 2, 4, 2, 1),
    (1, 3, 8, 4, 2),
    (2, 5, 12, 6, 2),
    (2, 4, 8, 2, 2),
    (1, 4, 8, 4, 1),
)
WHOLE_NUMBERS = 3
LARGE = 150  # times the usual input: scores of some ten thousand


def cases(rng_for: RngFor) -> Iterator[Case]:
    """One token and one pair, then tokens, heads, samples, shared key heads, large scores, sizes as in use."""
    n, t, kv, share, half = (int(size) for size in rng_for(99).integers((2, 12, 1, 2, 2), (4, 40, 4, 4, 9)))
    rows = (*SIZES, (2, 4, 8, 4, 2), (n, t, 2 * half * kv * share, kv * share, kv))
    for number, (n, t, e, heads, kv) in enumerate(rows, start=1):
        rng, by_hand, large = rng_for(number), number <= WHOLE_NUMBERS, number == len(SIZES) + 1
        x = small_whole(rng, n, t, e) if by_hand else rng.standard_normal((n, t, e))
        yield Case(
            label=label(
                f"N={n} T={t} E={e}",
                counted(heads, "head"),
                counted(kv, "key head") if kv else "",
                f"x times {LARGE}" if large else "",
            ),
            inputs=(x * (LARGE if large else 1),),
            init={"d_model": e, "num_heads": heads} | ({"num_kv_heads": kv} if kv else {}),
            attributes=draw_parameters(rng, e, heads, kv or heads, by_hand=by_hand),
            upstream=small_whole(rng, n, t, e),
            traits=traits(
                {
                    "more than one sample": n > 1,
                    "more than one token": t > 1,
                    "more than one head": heads > 1,
                    "fewer key heads than heads": 0 < kv < heads,
                    "heads of more than two features": e // heads > 2,
                    "scores in the thousands": large,
                }
            ),
        )


def draw_parameters(rng: np.random.Generator, e: int, heads: int, kv: int, *, by_hand: bool = False) -> dict[str, Any]:
    """Weights of an attention, small whole numbers or normal ones."""
    rows = {"W_q": e, "W_k": e // heads * kv, "W_v": e // heads * kv, "W_o": e}
    return {
        name: small_whole(rng, size, e) if by_hand else rng.standard_normal((size, e)) / e**0.5
        for name, size in rows.items()
    }


ATTENTION = Layer(
    name="CausalSelfAttention",
    oracle="dlf_reference.oracles.m6:causal_attention",
    cases=cases,
    parameters=PARAMETERS,
    mistakes=MISTAKES,
)

# -- what it may not see, and what it must --------------------------------------------------------


def future(submission: Submission, ctx: Context) -> Measurements:
    """Every token in turn is replaced by another one: what comes before stays as it was, what comes after does not."""
    rng = ctx.rng(1)
    t, e = int(rng.integers(6, 14)), 8
    layer = submission.new("CausalSelfAttention", e, 4, 2)
    for name, value in draw_parameters(rng, e, 4, 2).items():
        setattr(layer, name, value)
    x = rng.standard_normal((2, t, e))
    y = _array(layer.forward(x))
    for at in range(t):
        other = x.copy()
        other[:, at] = rng.standard_normal((2, e)) * 3
        z = _array(layer.forward(other))
        where = Counterexample(f"T={t}, token {at} replaced", 0, "y")
        if not close(z[:, :at], y[:, :at], 1e-9):
            raise CheckFailure("a later token changes what came before", where)
        for later in range(at, t):
            if close(z[:, later], y[:, later], 1e-9):
                raise CheckFailure(f"token {at} does not reach place {later}", where)
    return {"tokens": t}


def _array(y: Any) -> np.ndarray:
    array = as_array(y)
    if array is None or array.ndim != 3:
        raise CheckFailure("forward: expected an array of shape (N, T, E)")
    return array
