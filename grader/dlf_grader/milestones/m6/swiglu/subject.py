"""SwiGLU as a subject: its cases, PyTorch as its oracle, and what people get wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, Case, RngFor, small_whole, traits
from dlf_grader.instruments.mistakes.mistake import Ask, Mistaken, mistake, of_case
from dlf_grader.instruments.subjects.layer import Layer
from dlf_grader.milestones.m6.swiglu import PARAMETERS

SIZES = ((1, 1, 1, 1), (1, 2, 2, 1), (1, 2, 2, 3), (2, 3, 2, 2), (2, 4, 5, 7))  # N, T, E, F
WHOLE_NUMBERS = 3


def draw_parameters(rng: np.random.Generator, e: int, f: int, *, by_hand: bool = False) -> dict[str, Any]:
    """Weights, small whole numbers or normal ones."""
    shapes = {"W_gate": (f, e), "W_up": (f, e), "W_down": (e, f)}
    return {
        name: small_whole(rng, *s) if by_hand else rng.standard_normal(s) / s[1] ** 0.5 for name, s in shapes.items()
    }


def cases(rng_for: RngFor) -> Iterator[Case]:
    """One token and one feature, then more of everything, gates at ±1000, sizes as in use."""
    drawn = tuple(int(size) for size in rng_for(99).integers((2, 10, 20, 30), (4, 30, 60, 120)))
    for number, (n, t, e, f) in enumerate((*SIZES, (2, 3, 4, 5), drawn), start=1):
        rng, by_hand = rng_for(number), number <= WHOLE_NUMBERS
        large = number == len(SIZES) + 1
        holds = {"more than one token": t > 1, "more than one sample": n > 1, "gates in the hundreds": large}
        yield Case(
            label=f"N={n} T={t} E={e} F={f}" + (", gates up to about ±1000" if large else ""),
            inputs=(
                (small_whole(rng, n, t, e) if by_hand else rng.standard_normal((n, t, e))) * (500 if large else 1),
            ),
            init={"d_model": e, "d_ff": f},
            attributes=draw_parameters(rng, e, f, by_hand=by_hand),
            upstream=small_whole(rng, n, t, e),
            traits=traits(holds),
        )


# -- what people get wrong ------------------------------------------------------------------------


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(−x)), without overflow."""
    small = np.exp(-np.abs(x))
    y: Array = np.where(x >= 0, 1, small) / (1 + small)
    return y


def silu(x: Array) -> Array:
    """x · sigmoid(x)."""
    y: Array = x * sigmoid(x)
    return y


Between = Callable[[Array, Array], Array]  # of (gate, up)


def network(p: dict[str, Any], x: Array, between: Between = lambda gate, up: silu(gate) * up) -> Array:
    """The gated network, with another product between."""
    y: Array = between(x @ p["W_gate"].T, x @ p["W_up"].T) @ p["W_down"].T
    return y


def _between(function: Between) -> Mistaken:
    return of_case(lambda case: network(case.attributes, case.inputs[0], function))


def _backward(
    derivative: Callable[[Array], Array],
    *,
    gate: bool = True,
    up: bool = True,
    opened: Callable[[Array], Array] = silu,
) -> Mistaken:
    """A gradient with another derivative of silu, without one of the two paths to x, or with another factor of up."""

    def gradient(ask: Ask, case: Case, tensor: str) -> Array:
        assert case.upstream is not None
        p, x = case.attributes, case.inputs[0]
        a, b, dL_dh = x @ p["W_gate"].T, x @ p["W_up"].T, case.upstream @ p["W_down"]
        dL_da, dL_db = dL_dh * b * derivative(a), dL_dh * opened(a)
        if tensor == "dL_dx":
            return np.asarray(dL_da @ p["W_gate"] * gate + dL_db @ p["W_up"] * up)
        return np.asarray(np.einsum("ntf,nte->fe", dL_db if tensor == "dL_dW_up" else dL_da, x))

    return gradient


def _right(a: Array) -> Array:
    s = sigmoid(a)
    found: Array = s + a * s * (1 - s)
    return found


def _of_sigmoid(a: Array) -> Array:
    found: Array = sigmoid(a) * (1 - sigmoid(a))
    return found


MISTAKES = (
    mistake(
        "sigmoid-for-silu",
        "y",
        _between(lambda gate, up: sigmoid(gate) * up),
        "The gate is sigmoid(g): silu(g) is g times that.",
    ),
    mistake(
        "relu-for-silu",
        "y",
        _between(lambda gate, up: np.maximum(gate, 0) * up),
        "The gate passes through a ReLU: silu(g) = g · sigmoid(g) is smooth, and a little negative below 0.",
    ),
    mistake(
        "gelu-for-silu",
        "y",
        (
            _between(lambda gate, up: gate * sigmoid(1.702 * gate) * up),
            _between(lambda gate, up: gate * sigmoid(np.sqrt(8 / np.pi) * (gate + 0.044715 * gate**3)) * up),
        ),
        "The gate passes through a GELU, or its approximation g · sigmoid(1.702 g): silu(g) = g · sigmoid(g).",
    ),
    mistake(
        "gate-and-up-swapped",
        "y",
        _between(lambda gate, up: gate * silu(up)),
        "silu is applied to W_up x: apply it to W_gate x.",
    ),
    mistake(
        "up-forgotten", "y", _between(lambda gate, up: silu(gate)), "W_up x is missing: multiply silu(W_gate x) by it."
    ),
    mistake(
        "silu-of-the-product",
        "y",
        _between(lambda gate, up: silu(gate * up)),
        "silu is applied to the product: apply it to W_gate x, then multiply by W_up x.",
    ),
    mistake(
        "summed-for-multiplied",
        "y",
        _between(lambda gate, up: silu(gate) + up),
        "The two projections are added: multiply them.",
    ),
    mistake(
        "derivative-of-sigmoid",
        ("dL_dx", "dL_dW_gate"),
        _backward(_of_sigmoid),
        "silu's derivative is taken for the sigmoid's: with s = sigmoid(g) it is s + g · s · (1 − s).",
    ),
    mistake(
        "derivative-without-product-rule",
        ("dL_dx", "dL_dW_gate"),
        _backward(sigmoid),
        "silu is a product of g and sigmoid(g), and both depend on g: add g · s · (1 − s).",
    ),
    mistake(
        "half-of-the-product-rule",
        ("dL_dx", "dL_dW_gate"),
        _backward(lambda a: a * _of_sigmoid(a)),
        "silu's derivative lacks a term: with s = sigmoid(g) it is s + g · s · (1 − s).",
    ),
    mistake(
        "one-minus-silu",
        ("dL_dx", "dL_dW_gate"),
        _backward(lambda a: sigmoid(a) * (1 - a * sigmoid(a))),
        "silu's derivative is taken for s · (1 − silu): with s = sigmoid(g) it is s + g · s · (1 − s).",
    ),
    mistake(
        "sigmoid-for-silu-in-backward",
        ("dL_dx", "dL_dW_up"),
        _backward(_right, opened=sigmoid),
        "The gradient of W_up x is multiplied by sigmoid(g): forward multiplies by silu(g) = g · sigmoid(g).",
    ),
    mistake(
        "gate-forgotten-in-backward",
        ("dL_dx", "dL_dW_up"),
        _backward(_right, opened=np.ones_like),
        "The gradient of W_up x lacks its factor: it is multiplied by silu(g), so multiply its gradient by that.",
    ),
    mistake(
        "only-through-gate",
        "dL_dx",
        _backward(_right, up=False),
        "Only the gate sends a gradient back to x: x is used by W_up as well, so add the two.",
    ),
    mistake(
        "only-through-up",
        "dL_dx",
        _backward(_right, gate=False),
        "Only W_up sends a gradient back to x: the gate depends on x as well, so add the two.",
    ),
)

SWIGLU = Layer(
    name="SwiGLU",
    oracle="dlf_reference.oracles.m6:swiglu",
    cases=cases,
    parameters=PARAMETERS,
    mistakes=MISTAKES,
)
