"""Positions, FeedForward, and the encoder block: cases and checks; mistakes are in `encoder_mistakes`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from dlf_grader.instruments_old.behaviour import manners
from dlf_grader.instruments_old.function import Function, compared
from dlf_grader.instruments_old.gradient import KINKED, gradient
from dlf_grader.instruments_old.layer import Array, Case, Layer, RngFor
from dlf_grader.instruments_old.parity import parity
from dlf_grader.instruments_old.refusal import refuses
from dlf_grader.milestones.m3 import encoder_mistakes as mistakes
from dlf_grader.milestones.m3.formulas import whole
from dlf_grader.milestones.m3.multihead import PARAMETERS as ATTENTION
from dlf_grader.milestones.m3.multihead import draw_parameters, mask_of, traits_of

ORACLES = "dlf_reference.oracles.m3"


# -- positions ------------------------------------------------------------------------------------


def position_cases(rng_for: RngFor) -> Iterator[Case]:
    """One position, two columns; then later positions, more columns, an odd number of them."""
    for length, columns in ((1, 2), (2, 2), (3, 4), (2, 1), (3, 3), (4, 7), (50, 16), (200, 31)):
        named = {
            "more than one position": length > 1,
            "more than one wave": columns > 2,
            "an odd number of columns": columns % 2 == 1,
        }
        traits = frozenset(name for name, holds in named.items() if holds)
        yield Case(f"length={length}, d_model={columns}", (), {"length": length, "d_model": columns}, traits=traits)


POSITIONS = Function(
    "sinusoidal_positions", f"{ORACLES}:positions", position_cases, (), ("positions",), mistakes.POSITIONS
)
positions = compared(POSITIONS)


# -- the feed-forward network ---------------------------------------------------------------------

FEED_FORWARD_PARAMETERS = ("W1", "b1", "W2", "b2")
FEED_FORWARD_SIZES = ((1, 1, 1, 2), (1, 2, 2, 1), (2, 1, 2, 3), (2, 3, 2, 2), (2, 4, 5, 7), (3, 1, 4, 3))  # N, T, E, F


def _network(rng: np.random.Generator, e: int, f: int, small: bool) -> dict[str, Any]:
    shapes: dict[str, tuple[int, ...]] = {"W1": (f, e), "b1": (f,), "W2": (e, f), "b2": (e,)}
    return {name: whole(rng, *s) if small else rng.standard_normal(s) for name, s in shapes.items()}


def _off_kink(rng: np.random.Generator, p: dict[str, Any], *shape: int) -> Array:
    """Tokens none of whose hidden sums is near ReLU's kink."""
    while True:
        x: Array = rng.standard_normal(shape)
        if np.abs(x @ p["W1"].T + p["b1"]).min() > 1e-3:
            return x


def feed_forward_cases(rng_for: RngFor) -> Iterator[Case]:
    """One token and one feature, then more of everything."""
    for number, (n, t, e, f) in enumerate(FEED_FORWARD_SIZES, start=1):
        rng, small = rng_for(number), number <= 4
        p = _network(rng, e, f, small)
        if small:
            p["b1"] += 0.5  # whole numbers plus a half are never on the kink
        named = {"more than one token": t > 1, "more than one sample": n > 1, "more than one feature": e > 1}
        yield Case(
            label=f"N={n} T={t} E={e} F={f}",
            inputs=(whole(rng, n, t, e) if small else _off_kink(rng, p, n, t, e),),
            init={"d_model": e, "d_ff": f},
            attributes=p,
            upstream=whole(rng, n, t, e),
            traits=frozenset(name for name, holds in named.items() if holds),
        )


FEED_FORWARD = Layer(
    "FeedForward",
    f"{ORACLES}:feed_forward",
    feed_forward_cases,
    FEED_FORWARD_PARAMETERS,
    misconceptions=mistakes.FEED_FORWARD,
)
feed_forward = parity(FEED_FORWARD, "y")
feed_forward_backward = parity(FEED_FORWARD, "dL_dx", *(f"dL_d{name}" for name in FEED_FORWARD_PARAMETERS))
feed_forward_slope = gradient(FEED_FORWARD, rtol=KINKED)


# -- the block ------------------------------------------------------------------------------------

PARAMETERS = (
    *(f"attention.{name}" for name in ATTENTION),
    "norm1.gamma",
    "norm1.beta",
    *(f"feed_forward.{name}" for name in FEED_FORWARD_PARAMETERS),
    "norm2.gamma",
    "norm2.beta",
)
# N, T, E, heads, F, mask
SIZES = (
    (1, 1, 3, 1, 2, ""),
    (1, 2, 3, 1, 2, ""),
    (2, 3, 4, 2, 5, ""),
    (1, 3, 4, 2, 3, "causal"),
    (2, 4, 6, 3, 8, "keys"),
)


def _cases(rng_for: RngFor, norm_first: bool) -> Iterator[Case]:
    for number, (n, t, e, h, f, kind) in enumerate(SIZES, start=1):
        rng = rng_for(number + 100 * norm_first)
        attributes = {f"attention.{name}": value for name, value in draw_parameters(rng, e, False).items()}
        for norm in ("norm1", "norm2"):
            attributes |= {f"{norm}.gamma": rng.uniform(0.5, 2, e), f"{norm}.beta": rng.standard_normal(e)}
        attributes |= {f"feed_forward.{name}": value for name, value in _network(rng, e, f, False).items()}
        mask = (mask_of(kind, rng, n, h, t),) if kind else ()
        yield Case(
            label=f"N={n} T={t} E={e}, {h} heads, F={f}, norm_first={norm_first}" + (", mask" if kind else ""),
            inputs=(rng.standard_normal((n, t, e)), *mask),
            init={"d_model": e, "num_heads": h, "d_ff": f, "norm_first": norm_first},
            attributes={name: attributes[name] for name in PARAMETERS},
            upstream=whole(rng, n, t, e),
            traits=traits_of(n, t, h, kind),
        )


def pre_norm_cases(rng_for: RngFor) -> Iterator[Case]:
    """norm_first=True: one token, then tokens, samples, heads, masks."""
    return _cases(rng_for, True)


def post_norm_cases(rng_for: RngFor) -> Iterator[Case]:
    """norm_first=False."""
    return _cases(rng_for, False)


def _block(cases: Any) -> Layer:
    return Layer(
        name="TransformerEncoderBlock",
        oracle=f"{ORACLES}:encoder_block",
        cases=cases,
        parameters=PARAMETERS,
        others=("mask",),
        misconceptions=mistakes.BLOCK,
    )


GRADIENTS = tuple(f"{name.rpartition('.')[0]}.dL_d{name.rpartition('.')[2]}" for name in PARAMETERS)
POST, PRE = _block(post_norm_cases), _block(pre_norm_cases)

post_norm = parity(POST, "y")
pre_norm = parity(PRE, "y")
post_norm_backward = parity(POST, "dL_dx", *GRADIENTS)
pre_norm_backward = parity(PRE, "dL_dx", *GRADIENTS)
block_behaviour = manners(PRE)
_INIT = {"d_model": 4, "num_heads": 2, "d_ff": 3}
block_errors = refuses(
    "TransformerEncoderBlock",
    [
        ("tokens of another size", _INIT, np.zeros((1, 3, 6))),
        ("an empty sequence", _INIT, np.zeros((1, 0, 4))),
    ],
)
