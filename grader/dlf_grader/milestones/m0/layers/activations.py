"""ReLU, Sigmoid and Tanh as subjects: their cases, smallest first, and PyTorch as their oracle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from dlf_grader.instruments.case import Array, Case, RngFor, drawn_size, off_zero, shown, traits, whole
from dlf_grader.instruments.subjects.layer import Layer
from dlf_grader.milestones.m0.layers import activation_mistakes as mistakes

Elements = tuple[list[float], str]  # a small x, and what is new about it
SMALL: tuple[Elements, ...] = (([3.0], ""), ([-2.0], "a negative element"), ([2.0, -1.0, 4.0], "more than one element"))
ZERO: Elements = ([-2.0, 0.0, 3.0], "an element that is exactly 0")
LARGE: tuple[Elements, ...] = (([0.0, 1000.0], "an element of 1000"), ([0.0, -1000.0], "an element of −1000"))
RTOL = 1e-12  # a difference of forward is right to eleven digits at most
SHAPES = ((1, 1), (2, 3), (5,), (2, 3, 4), (2, 3, 4, 5), (64, 10))
SMOOTH_SHAPES = ((1,), (3,), (2, 3), (2, 3, 4), (4, 5))


def cases(rng_for: RngFor, small: Sequence[Elements]) -> Iterator[Case]:
    """Smallest first: single numbers, then what is special about them, then every kind of shape."""
    for number, (elements, trait) in enumerate(small, start=1):
        yield _case(np.array(elements), whole(rng_for(number), len(elements)), trait)
    large = (drawn_size(rng_for(0), 16, 64), drawn_size(rng_for(len(SHAPES)), 128, 200))
    for number, shape in enumerate((*SHAPES, large), start=len(small) + 1):
        rng = rng_for(number)
        x, upstream = 2 * off_zero(rng, *shape), rng.standard_normal(shape)
        yield _case(x, upstream, f"{len(shape)} axes" if len(shape) > 1 else "")


def smooth_cases(rng_for: RngFor) -> Iterator[Case]:
    """For finite differences: away from ReLU's kink, and where sigmoid and tanh are not flat."""
    for number, shape in enumerate(SMOOTH_SHAPES, start=1):
        rng = rng_for(number)
        yield _case(off_zero(rng, *shape), rng.standard_normal(shape))


def _case(x: Array, upstream: Array, trait: str = "") -> Case:
    numbers = shown(x=x, dL_dy=upstream)
    return Case(numbers or f"x of shape {x.shape}", (x,), upstream=upstream, traits=traits({trait: trait != ""}))


RELU = Layer(
    name="ReLU",
    oracle="dlf_reference.oracles.m0:relu",
    cases=partial(cases, small=(*SMALL, ZERO)),
    mistakes=mistakes.RELU,
    rtol=RTOL,
)
SIGMOID = Layer(
    name="Sigmoid",
    oracle="dlf_reference.oracles.m0:sigmoid",
    cases=partial(cases, small=(([0.0], ""), *SMALL, *LARGE)),
    mistakes=mistakes.SIGMOID,
    rtol=RTOL,
)
TANH = replace(SIGMOID, name="Tanh", oracle="dlf_reference.oracles.m0:tanh", mistakes=mistakes.TANH)
SMOOTH_RELU, SMOOTH_SIGMOID, SMOOTH_TANH = (replace(layer, cases=smooth_cases) for layer in (RELU, SIGMOID, TANH))
