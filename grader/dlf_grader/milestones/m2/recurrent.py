"""What RNN, LSTM and GRU have in common as layers under test: their cases, and what they take and return."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dlf_grader.instruments.case import Array, Case, RngFor, label, traits
from dlf_grader.instruments.layer import Layer
from dlf_grader.instruments.mistake import Mistake

PARAMETERS = ("W_ih", "W_hh", "b_ih", "b_hh")
# N, T, D, H, whether an initial state is given, whether the final state has a gradient
SIZES = (
    (1, 1, 1, 1, False, False),
    (1, 2, 1, 1, False, False),
    (1, 1, 1, 1, True, False),
    (1, 1, 1, 2, True, False),
    (1, 2, 1, 1, True, False),
    (1, 1, 1, 1, False, True),
    (1, 2, 1, 1, True, True),
    (2, 1, 1, 1, False, False),
    (1, 1, 2, 1, False, False),
    (2, 2, 2, 2, True, True),
    (2, 3, 3, 2, False, False),
    (3, 4, 3, 2, True, True),
    (1, 6, 2, 5, False, True),
    (4, 7, 3, 5, True, True),
    (3, 10, 5, 4, True, True),
)
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

    return Layer(
        name=name,
        oracle=f"dlf_reference.oracles.m2:{name.lower()}",
        cases=cases,
        parameters=PARAMETERS,
        output="outputs",
        outputs=("outputs", ends if len(states) > 1 else ends[0]),
        arguments=("x", starts if len(states) > 1 else starts[0]),
        gradients=("dL_dx", gradients if len(states) > 1 else gradients[0]),
        mistakes=mistakes,
    )


def _cases(rng_for: RngFor, gates: int, states: int) -> Iterator[Case]:
    """Smallest first: one step of one number, then one new thing at a time, then all at once."""
    for number, (n, t, d, h, given, used) in enumerate(SIZES, start=1):
        rng = rng_for(number)

        def draw(*shape: int, rng: np.random.Generator = rng, by_hand: bool = number <= BY_HAND and h == 1) -> Array:
            return rng.choice([-2.0, -1.0, -0.5, 0.5, 1.0, 2.0], shape) if by_hand else rng.standard_normal(shape)

        shapes = ((gates * h, d), (gates * h, h), (gates * h,), (gates * h,))
        yield Case(
            label=_label(n, t, d, h, given, used),
            traits=_traits(n, t, d, h, given, used),
            init={"input_size": d, "hidden_size": h},
            attributes={name: draw(*shape) for name, shape in zip(PARAMETERS, shapes, strict=True)},
            inputs=(draw(n, t, d), *(draw(n, h) for _ in range(states if given else 0))),
            upstream=draw(n, t, h),
            more=tuple(draw(n, h) for _ in range(states if used else 0)),
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
