"""What RNN, LSTM and GRU have in common as layers under test: their cases, and what they take and return."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from dlf_grader.instruments.behaviour.starts import drawn_from_rng
from dlf_grader.instruments.case import Array, Case, RngFor, drawn_size, label, traits
from dlf_grader.instruments.mistakes.mistake import Mistake
from dlf_grader.instruments.subjects.layer import Layer
from dlf_grader.milestones.m2.recurrent_backward import IN_BACKWARD
from dlf_grader.milestones.m2.recurrent_mistakes import IN_FORWARD
from dlf_grader.milestones.m2.unrolled import PARAMETERS

# N, T, D, H, whether an initial state is given, whether the final state has a gradient
SIZES = (
    (1, 1, 1, 1, False, False),
    (1, 2, 1, 1, False, False),
    (2, 1, 1, 1, False, False),
    (1, 1, 1, 1, True, False),
    (1, 1, 1, 2, True, False),
    (1, 2, 1, 1, True, False),
    (1, 1, 1, 1, False, True),
    (1, 2, 1, 1, True, True),
    (1, 1, 2, 1, False, False),
    (2, 2, 2, 2, True, True),
    (2, 3, 3, 2, False, False),
    (3, 4, 3, 2, True, True),
    (1, 6, 2, 5, False, True),
    (4, 7, 3, 5, True, True),
    (3, 10, 5, 4, True, True),
)
SATURATED = (2, 3, 2, 3, True, True)  # has biases of ±1000 in every gate, and a cell as large
LONG = 1600  # samples times steps of the last case, at most
BY_HAND = 9  # the first cases hold halves and whole numbers where there is one unit; two with like gates hide mistakes


def recurrent(name: str, gates: int, states: tuple[str, ...], mistakes: tuple[Mistake, ...]) -> Layer:
    """A recurrent layer.

    Args:
        gates: how many blocks of H rows the weights have.
        states: "h", and "c" where there is a cell.
    """
    ends, starts = (tuple(f"{state}{suffix}" for state in states) for suffix in ("_T", "0"))
    gradients = tuple(f"dL_d{start}" for start in starts)

    def cases(rng_for: RngFor) -> Iterator[Case]:
        return _cases(rng_for, gates, len(states))

    layer = Layer(
        name=name,
        oracle=f"dlf_reference.oracles.m2:{name.lower()}",
        cases=cases,
        parameters=PARAMETERS,
        output="outputs",
        outputs=("outputs", ends if len(states) > 1 else ends[0]),
        arguments=("x", starts if len(states) > 1 else starts[0]),
        gradients=("dL_dx", gradients if len(states) > 1 else gradients[0]),
        mistakes=(*mistakes, *IN_FORWARD, *IN_BACKWARD),
    )
    return drawn_from_rng(layer)


def _cases(rng_for: RngFor, gates: int, states: int) -> Iterator[Case]:
    """Smallest first: one step of one number, then one new thing at a time, then all at once, saturated gates, real
    sizes."""
    for number, sizes in enumerate(SIZES[:-1], start=1):
        yield _case(rng_for(number), gates, states, *sizes, by_hand=number <= BY_HAND)
    yield _saturated(_case(rng_for(len(SIZES)), gates, states, *SATURATED), gates)
    yield _case(rng_for(len(SIZES) + 1), gates, states, *SIZES[-1])
    yield _long(rng_for(len(SIZES) + 2), gates, states)


def _case(
    rng: np.random.Generator,
    gates: int,
    states: int,
    n: int,
    t: int,
    d: int,
    h: int,
    given: bool,
    used: bool,
    *,
    by_hand: bool = False,
) -> Case:
    def draw(*shape: int) -> Array:
        return (
            rng.choice([-2.0, -1.0, -0.5, 0.5, 1.0, 2.0], shape) if by_hand and h == 1 else rng.standard_normal(shape)
        )

    shapes = ((gates * h, d), (gates * h, h), (gates * h,), (gates * h,))
    return Case(
        label=_label(n, t, d, h, given, used),
        traits=_traits(n, t, d, h, given, used),
        init={"input_size": d, "hidden_size": h},
        attributes={name: draw(*shape) for name, shape in zip(PARAMETERS, shapes, strict=True)},
        inputs=(draw(n, t, d), *(draw(n, h) for _ in range(states if given else 0))),
        upstream=draw(n, t, h),
        more=tuple(draw(n, h) for _ in range(states if used else 0)),
    )


def _saturated(case: Case, gates: int) -> Case:
    """In every gate one unit is at -1000, one between, one at 1000; so are the first units of a cell."""
    b_ih = case.attributes["b_ih"] + np.tile([-1000.0, 0.0, 1000.0], gates)
    inputs = tuple(x * [800.0, 1.0, 1.0] if at == 2 else x for at, x in enumerate(case.inputs))
    return replace(
        case,
        label=f"{case.label}, biases of ±1000",
        traits=case.traits | {"biases of ±1000"},
        inputs=inputs,
        attributes=case.attributes | {"b_ih": b_ih},
    )


def _long(rng: np.random.Generator, gates: int, states: int) -> Case:
    """As long as a real sentence; with smaller weights, or rounding errors would grow from step to step."""
    t, d, h = drawn_size(rng, 40, 100), drawn_size(rng, 8, 64), drawn_size(rng, 8, 32)
    n = min(drawn_size(rng, 2, 64), LONG // t)
    case = _case(rng, gates, states, n, t, d, h, True, True)
    scales = {"W_ih": d**-0.5, "W_hh": h**-0.5, "b_ih": 0.3, "b_hh": 0.3}
    attributes = {name: value * scales[name] for name, value in case.attributes.items()}
    return replace(
        case,
        traits=case.traits | {"tens of time steps"},
        attributes=attributes,
        inputs=(0.5 * case.inputs[0], *case.inputs[1:]),
    )


def _label(n: int, t: int, d: int, h: int, given: bool, used: bool) -> str:
    return label(
        f"N={n} T={t} D={d} H={h}", "an initial state" if given else "", "a gradient of the final state" if used else ""
    )


def _traits(n: int, t: int, d: int, h: int, given: bool, used: bool) -> frozenset[str]:
    return traits(
        {
            "more than one sample": n > 1,
            "more than one time step": t > 1,
            "more than one input feature": d > 1,
            "more than one hidden unit": h > 1,
            "an initial state": given,
            "a gradient of the final state": used,
        }
    )
