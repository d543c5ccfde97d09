"""FeedForward as a subject: its cases, its oracle, and what people get wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, Case, RngFor, small_whole, traits
from dlf_grader.instruments.mistakes.mistake import Ask, Mistaken, mistake, of_case
from dlf_grader.instruments.subjects.layer import Layer
from dlf_grader.milestones.m3.encoder import NETWORK_PARAMETERS

SIZES = ((1, 1, 1, 2), (1, 2, 2, 1), (2, 1, 2, 3), (2, 3, 2, 2), (2, 4, 5, 7), (3, 1, 4, 3))  # N, T, E, F
WHOLE_NUMBERS = 4


def draw_parameters(rng: np.random.Generator, e: int, f: int, *, by_hand: bool = False) -> dict[str, Any]:
    """Parameters of a network, small whole numbers or normal ones."""
    shapes: dict[str, tuple[int, ...]] = {"W1": (f, e), "b1": (f,), "W2": (e, f), "b2": (e,)}
    return {name: small_whole(rng, *s) if by_hand else rng.standard_normal(s) for name, s in shapes.items()}


def _off_kink(rng: np.random.Generator, p: dict[str, Any], *shape: int) -> Array:
    """Tokens none of whose hidden sums is near ReLU's kink."""
    while True:
        x: Array = rng.standard_normal(shape)
        if np.abs(x @ p["W1"].T + p["b1"]).min() > 1e-3:
            return x


def cases(rng_for: RngFor) -> Iterator[Case]:
    """One token and one feature, then more of everything."""
    for number, (n, t, e, f) in enumerate(SIZES, start=1):
        rng, by_hand = rng_for(number), number <= WHOLE_NUMBERS
        p = draw_parameters(rng, e, f, by_hand=by_hand)
        if by_hand:
            p["b1"] += 0.5  # whole numbers plus a half are never on the kink
        holds = {"more than one token": t > 1, "more than one sample": n > 1, "more than one feature": e > 1}
        yield Case(
            label=f"N={n} T={t} E={e} F={f}",
            inputs=(small_whole(rng, n, t, e) if by_hand else _off_kink(rng, p, n, t, e),),
            init={"d_model": e, "d_ff": f},
            attributes=p,
            upstream=small_whole(rng, n, t, e),
            traits=traits(holds),
        )


def network(p: dict[str, Any], x: Array, *, relu: bool = True) -> Array:
    """Linear, ReLU, linear."""
    hidden = x @ p["W1"].T + p["b1"]
    y: Array = (np.maximum(hidden, 0) if relu else hidden) @ p["W2"].T + p["b2"]
    return y


def _without(bias: str) -> Mistaken:
    return of_case(lambda case: network(case.attributes | {bias: 0}, case.inputs[0]))


def _relu_ignored(ask: Ask, case: Case, tensor: str) -> Array:
    return _backward(case, tensor, lambda hidden: hidden)


def _mask_from_upstream(ask: Ask, case: Case, tensor: str) -> Array:
    return _backward(case, tensor, lambda hidden: np.maximum(hidden, 0))


def _backward(case: Case, tensor: str, passed: Callable[[Array], Array]) -> Array:
    """The first layer's gradients, if that of the hidden numbers passes the ReLU so."""
    assert case.upstream is not None
    p, x = case.attributes, case.inputs[0]
    hidden = passed((case.upstream @ p["W2"]).reshape(-1, len(p["b1"])))
    gradients: dict[str, Array] = {
        "dL_dx": (hidden @ p["W1"]).reshape(x.shape),
        "dL_dW1": hidden.T @ x.reshape(len(hidden), -1),
        "dL_db1": hidden.sum(axis=0),
    }
    return gradients[tensor]


MISTAKES = (
    mistake(
        "relu-forgotten",
        "y",
        of_case(lambda case: network(case.attributes, case.inputs[0], relu=False)),
        "The ReLU is missing: two linear layers in a row are one.",
    ),
    mistake("inner-bias-forgotten", "y", _without("b1"), "b1 is not added: add it before the ReLU."),
    mistake("outer-bias-forgotten", "y", _without("b2"), "b2 is not added: add it after the second product."),
    mistake(
        "relu-at-the-end-too",
        "y",
        of_case(lambda case: np.maximum(network(case.attributes, case.inputs[0]), 0)),
        "A ReLU follows the second layer: there is only one, between the two.",
    ),
    mistake(
        "relu-mask-from-upstream",
        ("dL_dx", "dL_dW1", "dL_db1"),
        _mask_from_upstream,
        "The ReLU's mask is made of the gradient: let it through where the hidden number is positive.",
    ),
    mistake(
        "relu-ignored-in-backward",
        ("dL_dx", "dL_dW1", "dL_db1"),
        _relu_ignored,
        "The gradient passes the ReLU everywhere: let it through only where the hidden number is positive.",
    ),
)

FEED_FORWARD = Layer(
    name="FeedForward",
    oracle="dlf_reference.oracles.m3:feed_forward",
    cases=cases,
    parameters=NETWORK_PARAMETERS,
    mistakes=MISTAKES,
)
