"""ReLU, Sigmoid and Tanh: their cases, and the mistakes people make."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from dlf_grader.instruments_old.behaviour import manners
from dlf_grader.instruments_old.gradient import KINKED, gradient
from dlf_grader.instruments_old.layer import Array, Ask, Case, Layer, Misconception, RngFor
from dlf_grader.instruments_old.parity import parity
from dlf_grader.milestones.m0.drawing import off_zero, shown, whole
from dlf_grader.milestones.m0.mistakes import inputs, mistake

Entries = tuple[list[float], str]  # a small x, and what is new about it
SMALL: tuple[Entries, ...] = (([3.0], ""), ([-2.0], "a negative entry"), ([2.0, -1.0, 4.0], "more than one entry"))
ZERO: Entries = ([-2.0, 0.0, 3.0], "an entry that is exactly 0")
LARGE: tuple[Entries, ...] = (([0.0, 1000.0], "an entry of 1000"), ([0.0, -1000.0], "an entry of −1000"))
SHAPES = ((1, 1), (2, 3), (5,), (2, 3, 4), (2, 3, 4, 5), (64, 10))
SMOOTH_SHAPES = ((1,), (3,), (2, 3), (2, 3, 4), (4, 5))


def cases(rng_for: RngFor, small: Sequence[Entries]) -> Iterator[Case]:
    """Smallest first: single numbers, then what is special about them, then every kind of shape."""
    for number, (entries, trait) in enumerate(small, start=1):
        yield _case(np.array(entries), whole(rng_for(number), len(entries)), frozenset([trait] if trait else []))
    for number, shape in enumerate(SHAPES, start=len(small) + 1):
        rng = rng_for(number)
        yield _case(
            2 * off_zero(rng, *shape),
            rng.standard_normal(shape),
            frozenset([f"{len(shape)} axes"] if len(shape) > 1 else []),
        )


def smooth_cases(rng_for: RngFor) -> Iterator[Case]:
    """For slopes: away from ReLU's kink, and where sigmoid and tanh are not flat."""
    for number, shape in enumerate(SMOOTH_SHAPES, start=1):
        rng = rng_for(number)
        yield _case(off_zero(rng, *shape), rng.standard_normal(shape), frozenset())


def _case(x: Array, upstream: Array, traits: frozenset[str]) -> Case:
    numbers = shown(x=x, dL_dy=upstream)
    return Case(label=numbers or f"x of shape {x.shape}", inputs=(x,), upstream=upstream, traits=traits)


# -- what people get wrong ------------------------------------------------------------------------


def _slope(function: Callable[[Array, Array], Array]) -> Callable[[Ask, Case, str], Any]:
    """A mistaken backward: the upstream gradient times a function of x and the right y."""

    def answer(ask: Ask, case: Case, tensor: str) -> Any:
        assert case.upstream is not None
        return case.upstream * function(case.inputs[0], ask(case)["y"])

    return answer


def _upstream_forgotten(ask: Ask, case: Case, tensor: str) -> Any:
    assert case.upstream is not None
    return ask(replace(case, upstream=np.ones_like(case.upstream)))["dL_dx"]


def _masked_by_upstream(ask: Ask, case: Case, tensor: str) -> Any:
    assert case.upstream is not None
    return np.maximum(case.upstream, 0)


def _sigmoid(x: Array) -> Any:
    return 1 / (1 + np.exp(-x))


UPSTREAM_FORGOTTEN = Misconception(
    "upstream-forgotten",
    "It looks as if dL_dy were left out: multiply the slope of y by the gradient that comes from above.",
    ("dL_dx",),
    _upstream_forgotten,
)


RELU = Layer(
    name="ReLU",
    oracle="dlf_reference.oracles.m0:relu",
    cases=partial(cases, small=(*SMALL, ZERO)),
    misconceptions=(
        mistake("absolute", "y", inputs(np.abs), "negative entries changed their sign: they become 0."),
        mistake(
            "negated", "y", inputs(lambda x: np.minimum(x, 0)), "the negative half were kept: keep the positive one."
        ),
        mistake("identity", "y", inputs(lambda x: x), "x came back as it was: entries below 0 become 0."),
        mistake(
            "leaky",
            "y",
            inputs(lambda x: np.where(x > 0, x, 0.01 * x)),
            "this were a leaky ReLU, with a slope of 0.01 below 0: here everything below 0 becomes 0.",
        ),
        mistake(
            "gradient-passes",
            "dL_dx",
            _slope(lambda x, y: np.ones_like(x)),
            "dL_dy were passed on everywhere: where x was not positive, y did not move, so the gradient is 0.",
        ),
        mistake(
            "gradient-at-zero",
            "dL_dx",
            _slope(lambda x, y: (x >= 0).astype(float)),
            "the gradient passed where x is exactly 0: here it is 0 there, so let it through for x > 0 only.",
        ),
        mistake(
            "masked-by-upstream",
            "dL_dx",
            _masked_by_upstream,
            "the sign of dL_dy decided what passes: x decides, so remember in forward where it was positive.",
        ),
        mistake(
            "times-y",
            "dL_dx",
            _slope(lambda x, y: y),
            "dL_dy were multiplied by y: the slope of a ReLU is 1 or 0, however large x is.",
        ),
        UPSTREAM_FORGOTTEN,
    ),
)

SIGMOID = Layer(
    name="Sigmoid",
    oracle="dlf_reference.oracles.m0:sigmoid",
    cases=partial(cases, small=(([0.0], ""), *SMALL, *LARGE)),
    misconceptions=(
        mistake(
            "sign-flipped", "y", inputs(lambda x: _sigmoid(-x)), "the exponent had the wrong sign: large x gives 1."
        ),
        mistake(
            "tanh-instead", "y", inputs(np.tanh), "this were tanh: a sigmoid lies between 0 and 1, and is 0.5 at 0."
        ),
        mistake(
            "overflow",
            "y",
            inputs(lambda x: np.exp(x) / (1 + np.exp(x))),
            "exp overflowed: exp(1000) is inf, and inf / inf is nan. See to it that exp only gets numbers below 0.",
        ),
        mistake(
            "clipped",
            "y",
            inputs(lambda x: _sigmoid(np.clip(x, -10, 10))),
            "x were clipped to ±10, where the sigmoid is not flat yet: clip far later, or avoid the overflow itself.",
        ),
        mistake(
            "slope-of-x",
            "dL_dx",
            _slope(lambda x, y: x * (1 - x)),
            "the slope were x (1 − x): the formula s (1 − s) wants s, the output of forward, not its input.",
        ),
        mistake(
            "sigmoid-twice",
            "dL_dx",
            _slope(lambda x, y: _sigmoid(y) * (1 - _sigmoid(y))),
            "the sigmoid were applied twice: what forward stored is s already; use it as it is.",
        ),
        mistake("half-slope", "dL_dx", _slope(lambda x, y: y), "the factor (1 − s) were missing from the slope."),
        mistake(
            "slope-of-tanh",
            "dL_dx",
            _slope(lambda x, y: 1 - y**2),
            "the slope were that of tanh, 1 − y²: the sigmoid's is s (1 − s).",
        ),
        mistake(
            "slope-overflow",
            "dL_dx",
            _slope(lambda x, y: np.exp(-x) / (1 + np.exp(-x)) ** 2),
            "exp overflowed in the slope: inf / inf is nan at −1000. Make the slope from y, which stays finite.",
        ),
        UPSTREAM_FORGOTTEN,
    ),
)

TANH = Layer(
    name="Tanh",
    oracle="dlf_reference.oracles.m0:tanh",
    cases=partial(cases, small=(([0.0], ""), *SMALL, *LARGE)),
    misconceptions=(
        mistake(
            "sigmoid-instead", "y", inputs(_sigmoid), "this were a sigmoid: tanh lies between −1 and 1, and is 0 at 0."
        ),
        mistake(
            "overflow",
            "y",
            inputs(lambda x: (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))),
            "exp overflowed: exp(1000) is inf, and inf / inf is nan. NumPy has a tanh that does not.",
        ),
        mistake("tangent", "y", inputs(np.tan), "this were the tangent of trigonometry: the hyperbolic one is meant."),
        mistake(
            "slope-of-x",
            "dL_dx",
            _slope(lambda x, y: 1 - x**2),
            "the slope were 1 − x²: the formula 1 − y² wants y, the output of forward, not its input.",
        ),
        mistake(
            "not-squared", "dL_dx", _slope(lambda x, y: 1 - y), "the slope were 1 − y: the square is missing, 1 − y²."
        ),
        mistake(
            "tanh-twice",
            "dL_dx",
            _slope(lambda x, y: 1 - np.tanh(y) ** 2),
            "tanh were applied twice: what forward stored is y already; use it as it is.",
        ),
        mistake(
            "slope-of-sigmoid",
            "dL_dx",
            _slope(lambda x, y: y * (1 - y)),
            "the slope were that of the sigmoid, y (1 − y): tanh's is 1 − y².",
        ),
        UPSTREAM_FORGOTTEN,
    ),
)

relu_forward, relu_backward = parity(RELU, "y"), parity(RELU, "dL_dx")
sigmoid_forward, sigmoid_backward = parity(SIGMOID, "y"), parity(SIGMOID, "dL_dx")
tanh_forward, tanh_backward = parity(TANH, "y"), parity(TANH, "dL_dx")
relu_slope = gradient(replace(RELU, cases=smooth_cases), rtol=KINKED)
sigmoid_slope, tanh_slope = (gradient(replace(layer, cases=smooth_cases)) for layer in (SIGMOID, TANH))
relu_behaviour, sigmoid_behaviour, tanh_behaviour = manners(RELU), manners(SIGMOID), manners(TANH)
