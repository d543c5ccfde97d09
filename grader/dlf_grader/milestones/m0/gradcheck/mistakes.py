"""What people get wrong in numerical_gradient and relative_error: each mistake recomputed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistakes.mistake import Ask, Mistaken, mistake, of_case, of_inputs

# -- numerical_gradient, of f(x) = (w · x)² + v · x -----------------------------------------------

DEFAULT_STEP = 1e-6


def _f(case: Case, x: Array) -> float:
    return float(np.sum(case.attributes["w"] * x) ** 2 + np.sum(case.attributes["v"] * x))


def _step(case: Case) -> float:
    return float(case.init.get("eps", DEFAULT_STEP))


def _quotient(rule: Callable[[float, float, float, float], float]) -> Mistaken:
    """A mistaken quotient: rule(f above, f at x, f below, eps) for each element."""

    def gradient(case: Case) -> Any:
        x, eps = case.inputs[0], _step(case)
        here, found = _f(case, x), np.zeros_like(x)
        for index in np.ndindex(x.shape):
            step = np.zeros_like(x)
            step[index] = eps
            found[index] = rule(_f(case, x + step), here, _f(case, x - step), eps)
        return found

    return of_case(gradient)


def _never_restored(case: Case) -> Any:
    """Every element is left at x − eps while the next ones are measured."""
    x, eps = case.inputs[0].copy(), _step(case)
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        x[index] += eps
        above = _f(case, x)
        x[index] -= 2 * eps
        gradient[index] = (above - _f(case, x)) / (2 * eps)
    return gradient


def _all_at_once(case: Case) -> Any:
    x, eps = case.inputs[0], _step(case)
    return np.full_like(x, (_f(case, x + eps) - _f(case, x - eps)) / (2 * eps))


def _nothing_at_zero(nothing: float) -> Mistaken:
    """The gradient with a step in proportion to x: there is none where x is 0."""

    def gradient(ask: Ask, case: Case, tensor: str) -> Any:
        return np.where(case.inputs[0] == 0, nothing, ask(case)[tensor])

    return gradient


NUMERICAL_GRADIENT = (
    mistake(
        "step-in-proportion",
        "gradient",
        (_nothing_at_zero(0.0), _nothing_at_zero(np.nan)),
        "The step is a multiple of x, so nothing moves where x is 0: move each element by eps itself.",
    ),
    mistake(
        "flat-copy",
        "gradient",
        of_case(lambda case: np.zeros_like(case.inputs[0]) if case.attributes["strided"] else None),
        "f never sees the step where x is not contiguous: x.reshape(-1) and x.ravel() copy such an x. Write into x "
        "itself, x[index].",
    ),
    mistake(
        "one-sided",
        "gradient",
        (
            _quotient(lambda up, here, down, eps: (up - here) / eps),
            _quotient(lambda up, here, down, eps: (here - down) / eps),
        ),
        "Only one side of x is measured: step to both sides, and divide the difference by 2 eps.",
    ),
    mistake(
        "one-sided-over-both",
        "gradient",
        (
            _quotient(lambda up, here, down, eps: (up - here) / (2 * eps)),
            _quotient(lambda up, here, down, eps: (here - down) / (2 * eps)),
        ),
        "f is measured at x and at one side of it, but divided by 2 eps: measure at x + eps and at x − eps.",
    ),
    mistake(
        "divided-by-eps",
        "gradient",
        _quotient(lambda up, here, down, eps: (up - down) / eps),
        "The difference is divided by eps: from x − eps to x + eps the distance is 2 eps.",
    ),
    mistake(
        "precedence",
        "gradient",
        _quotient(lambda up, here, down, eps: (up - down) / 2 * eps),
        "The difference is multiplied by eps: a / 2 * eps means (a / 2) * eps, so put 2 * eps in parentheses.",
    ),
    mistake(
        "not-divided",
        "gradient",
        _quotient(lambda up, here, down, eps: up - down),
        "The difference is never divided: divide it by the distance between the two points, 2 eps.",
    ),
    mistake(
        "never-restored",
        "gradient",
        of_case(_never_restored),
        "Elements stay where they were moved to: put each one back before you move the next.",
    ),
    mistake(
        "all-at-once",
        "gradient",
        of_case(_all_at_once),
        "All elements are moved together: move one, measure, and put it back; then move the next.",
    ),
)
IN_PLACE = (
    mistake(
        "copied",
        "gradient",
        (
            of_inputs(np.zeros_like),
            of_case(lambda case: np.zeros_like(case.inputs[0]) if case.attributes["strided"] else None),
        ),
        "A copy of x is moved, but f may read x itself, as a layer reads its W: write into x.",
    ),
)


# -- relative_error -------------------------------------------------------------------------------

FLOOR = 1e-8


def _size(a: Array, b: Array) -> Any:
    return np.maximum(FLOOR, np.abs(a) + np.abs(b))


def errors(a: Array, b: Array) -> Array:
    """The relative error of each element."""
    found: Array = np.abs(a - b) / _size(a, b)
    return found


RELATIVE_ERROR = (
    mistake(
        "absolute",
        "error",
        of_inputs(lambda a, b: np.abs(a - b).max()),
        "The difference is never divided: divide it by |a| + |b|, so that the size of the numbers does not matter.",
    ),
    mistake(
        "no-absolute-difference",
        "error",
        of_inputs(lambda a, b: ((a - b) / _size(a, b)).max()),
        "The difference keeps its sign: a negative one is an error too, so use |a − b|.",
    ),
    mistake(
        "no-absolute-values",
        "error",
        (
            of_inputs(lambda a, b: (np.abs(a - b) / np.maximum(FLOOR, a + b)).max()),
            of_inputs(lambda a, b: (np.abs(a - b) / np.maximum(FLOOR, np.abs(a + b))).max()),
        ),
        "The denominator is made of a + b, which is too small with opposite signs: use |a| + |b|.",
    ),
    mistake(
        "divided-by-the-larger",
        "error",
        of_inputs(lambda a, b: (np.abs(a - b) / np.maximum(FLOOR, np.maximum(np.abs(a), np.abs(b)))).max()),
        "The denominator is the larger of |a| and |b|: use their sum.",
    ),
    mistake(
        "divided-by-one",
        "error",
        of_inputs(lambda a, b: (np.abs(a - b) / np.maximum(FLOOR, np.abs(b))).max()),
        "The denominator is |b| alone: use the sum, |a| + |b|.",
    ),
    mistake(
        "not-reduced",
        "error",
        of_inputs(errors),
        "The result is an error for each element: return one number, the largest of them.",
    ),
    mistake(
        "mean",
        "error",
        of_inputs(lambda a, b: errors(a, b).mean()),
        "The result is the mean: it hides one wrong element among many, so return the maximum.",
    ),
    mistake(
        "maximum-too-early",
        "error",
        of_inputs(lambda a, b: np.abs(a - b).max() / _size(a, b).max()),
        "The maximum is taken before the division: divide element by element, then take the maximum.",
    ),
    mistake(
        "norms",
        "error",
        of_inputs(lambda a, b: np.linalg.norm(a - b) / np.maximum(FLOOR, np.linalg.norm(a) + np.linalg.norm(b))),
        "The norms of whole arrays are compared: they hide one wrong element, so divide element by element.",
    ),
    mistake(
        "no-floor",
        "error",
        of_inputs(lambda a, b: (np.abs(a - b) / (np.abs(a) + np.abs(b))).max()),
        "The denominator is zero, or nearly so: clamp it to at least 1e-8.",
    ),
    mistake(
        "floor-added",
        "error",
        of_inputs(lambda a, b: (np.abs(a - b) / (FLOOR + np.abs(a) + np.abs(b))).max()),
        "1e-8 is added to the denominator: use the larger of 1e-8 and |a| + |b| instead.",
    ),
)
