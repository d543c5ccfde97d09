"""Courses of fifty steps down a bowl and down the loss of a small network, and of arrays too large for a cache."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from dlf_grader.instruments_old.layer import Array, Case, RngFor
from dlf_grader.milestones.m4.trajectory import Cases, Options, given

STEPS = 50
LARGE = (37, 1001)  # numbers enough that a step taken in pieces has a last, smaller one


def with_defaults(name: str, rng: np.random.Generator) -> Case:
    """A case in which no option is given."""
    shapes = ((2, 3), (4,))
    params = tuple(rng.standard_normal(shape) for shape in shapes)
    case = given(
        name, params, [[rng.standard_normal(shape) for shape in shapes] for _ in range(4)], [_LR[name]] * 4, {}
    )
    return Case(f"{case.label}, every option left out", params, {}, case.attributes, None, frozenset({"no options"}))


_LR = {"SGD": 1e-2, "RMSProp": 1e-2, "Adam": 1e-3, "AdamW": 1e-3}


def long_courses(name: str, every: Sequence[Options]) -> Cases:
    """Cases with each set of options: a bowl, a network, and one large array."""

    def cases(rng_for: RngFor) -> Iterator[Case]:
        for at, options in enumerate(every):
            rng = rng_for(3 * at + 1)
            yield _course(name, options, "a bowl", "quadratic", *_bowl(rng))
            yield _course(name, options, "the loss of a network", "network", *_network(rng))
            grads = [[rng.standard_normal(LARGE)] for _ in range(2)]
            yield given(name, (rng.standard_normal(LARGE),), grads, [options["lr"]] * 2, options)

    return cases


def _course(name: str, options: Options, where: str, loss: str, params: tuple[Array, ...], data: list[Array]) -> Case:
    lrs = [options["lr"] * (1 - step / STEPS) for step in range(STEPS)]
    attributes: dict[str, Any] = {"optimiser": name, "loss": loss, "data": data, "lrs": lrs}
    words = ", ".join(f"{option} = {value}" for option, value in options.items())
    label = f"{STEPS} steps down {where}, lr falling, {words}"
    return Case(label, params, options, attributes, None, frozenset({"gradients of a loss"}))


def _bowl(rng: np.random.Generator) -> tuple[tuple[Array, ...], list[Array]]:
    shapes = ((3,), (2, 2))
    return tuple(rng.standard_normal(s) for s in shapes), [rng.uniform(0.1, 2.0, s) for s in shapes]


def _network(rng: np.random.Generator) -> tuple[tuple[Array, ...], list[Array]]:
    shapes = ((6, 4), (6,), (3, 6), (3,))
    data = [rng.standard_normal((10, 4)), rng.integers(0, 3, 10)]
    return tuple(rng.standard_normal(s) for s in shapes), data
