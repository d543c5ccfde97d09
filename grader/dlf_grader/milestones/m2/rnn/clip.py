"""clip_by_norm as a subject: its cases, and the mistakes people make."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Answer, Array, Case, RngFor
from dlf_grader.instruments.mistakes.mistake import Ask, Mistaken, mistake, of_case
from dlf_grader.instruments.subjects.function import Function
from dlf_grader.sandbox.proxy import Submission

# arrays, max_norm, what is new
SMALL: tuple[tuple[list[Any], float, str], ...] = (
    ([[3, 4]], 10, ""),
    ([[3, 4]], 1, "gradients that are too long"),
    ([[3, -4]], 2, "negative numbers"),
    ([[0.3, 0.4]], 5, "a norm below 1"),
    ([[3, 0], [4, 0]], 1, "two arrays"),
    ([[3, 0], [4, 0]], 4.5, "arrays that are too long only together"),
    ([[[2, 1], [4, 2]]], 1, "a matrix"),
    ([[3, 4]], 5, "a norm that is just allowed"),
    ([[0, 0]], 1, "nothing but zeros"),
)
SHAPES = (((3, 4), (3,), (2, 3, 2)), ((20, 30), (20,), (1,)))


def cases(rng_for: RngFor) -> Iterator[Case]:
    """Small whole numbers first, each with one new thing; then real ones."""
    for rows, most, trait in SMALL:
        arrays = tuple(np.array(row, dtype=float) for row in rows)
        yield Case(f"grads = {rows}, max_norm = {most}", arrays, {"max_norm": most}, traits=frozenset({trait} - {""}))
    for number, shapes in enumerate(SHAPES, start=len(SMALL) + 1):
        arrays = tuple(rng_for(number).standard_normal(shape) for shape in shapes)
        yield Case(f"grads of shapes {', '.join(map(str, shapes))}, max_norm = 2", arrays, {"max_norm": 2.0})


def call(submission: Submission, case: Case) -> Iterator[Answer]:
    """The norm that is returned, and what the arrays hold afterwards."""
    grads = [submission.put(array) for array in case.inputs]
    norm = submission.call("clip_by_norm", grads, case.init["max_norm"])
    yield {"norm": norm, **{f"grads[{at}]": array.fetch() for at, array in enumerate(grads)}}


def _length(arrays: tuple[Array, ...]) -> float:
    return float(np.sqrt(sum(float(np.sum(array**2)) for array in arrays)))


def _norm(function: Callable[[tuple[Array, ...]], float]) -> Mistaken:
    return of_case(lambda case: function(case.inputs))


def _scaled(factor: Callable[[Array, tuple[Array, ...], float], Any]) -> Mistaken:
    """A mistaken array: its factor is a function of it, of all arrays, and of max_norm."""

    def answer(ask: Ask, case: Case, tensor: str) -> Any:
        array = case.inputs[int(tensor[len("grads[") : -1])]
        return array * factor(array, case.inputs, case.init["max_norm"])

    return answer


GRADS = tuple(f"grads[{at}]" for at in range(3))
MISTAKES = (
    mistake(
        "norm-squared",
        "norm",
        _norm(lambda arrays: _length(arrays) ** 2),
        "The square root is missing: the norm is the square root of the sum of squares.",
    ),
    mistake(
        "norms-added",
        "norm",
        _norm(lambda arrays: sum(_length((array,)) for array in arrays)),
        "The norms of the arrays are added: add the squares of all arrays, and take one square root.",
    ),
    mistake(
        "last-array-only",
        "norm",
        _norm(lambda arrays: _length(arrays[-1:])),
        "The norm is that of the last array only: take it over all arrays together.",
    ),
    mistake(
        "norm-after",
        "norm",
        lambda ask, case, tensor: min(ask(case)["norm"], case.init["max_norm"]),
        "The norm after clipping is returned: return the norm before.",
    ),
    mistake(
        "sum-of-sizes",
        "norm",
        _norm(lambda arrays: sum(float(np.abs(array).sum()) for array in arrays)),
        "The norm is the sum of absolute values: use the square root of the sum of squares.",
    ),
    mistake(
        "not-in-place",
        GRADS,
        _scaled(lambda array, arrays, most: 1.0),
        "The arrays did not change: multiply them in place (*=). Assigning to a name makes a new array.",
    ),
    mistake(
        "always-scaled",
        GRADS,
        _scaled(lambda array, arrays, most: most / max(_length(arrays), 1e-300)),
        "Short gradients are made longer: the factor is at most 1.",
    ),
    mistake(
        "each-by-itself",
        GRADS,
        _scaled(lambda array, arrays, most: min(1.0, most / max(_length((array,)), 1e-300))),
        "Each array is clipped by itself: multiply all of them by one factor, which keeps the direction.",
    ),
    mistake(
        "by-value",
        GRADS,
        lambda ask, case, tensor: np.clip(
            case.inputs[int(tensor[len("grads[") : -1])], -case.init["max_norm"], case.init["max_norm"]
        ),
        "Each element is clipped, which changes the direction: multiply all arrays by one factor.",
    ),
    mistake(
        "divided-by-norm",
        GRADS,
        _scaled(lambda array, arrays, most: 1 / _length(arrays) if _length(arrays) > most else 1.0),
        "Clipped gradients have the norm 1: their norm should be max_norm.",
    ),
)

CLIP = Function(
    name="clip_by_norm",
    oracle="dlf_reference.oracles.m2:clip_by_norm",
    cases=cases,
    results=("norm", *GRADS),
    call=call,
    asked=Case.question,
    mistakes=MISTAKES,
)
