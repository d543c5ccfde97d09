"""clip_by_norm: its cases, and the mistakes people make."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure, LearnerError, NotWritten
from dlf_grader.instruments_old.diagnosis import Trial
from dlf_grader.instruments_old.layer import Answer, Array, Ask, Case
from dlf_grader.instruments_old.parity import judge, raised_on
from dlf_grader.milestones.m2.recurrent_mistakes import mistake
from dlf_grader.model import Measurements
from dlf_grader.sandbox.proxy import Submission

ORACLE = "dlf_reference.oracles.m2:clip_by_norm"
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


def _cases(ctx: Context) -> Iterator[Case]:
    for rows, most, trait in SMALL:
        arrays = tuple(np.array(row, dtype=float) for row in rows)
        yield Case(f"grads = {rows}, max_norm = {most}", arrays, {"max_norm": most}, traits=frozenset({trait} - {""}))
    for number, shapes in enumerate(SHAPES, start=len(SMALL) + 1):
        arrays = tuple(ctx.rng(number).standard_normal(shape) for shape in shapes)
        yield Case(f"grads of shapes {', '.join(map(str, shapes))}, max_norm = 2", arrays, {"max_norm": 2.0})


def _yours(submission: Submission, case: Case) -> Answer:
    grads = [submission.put(array) for array in case.inputs]
    norm = submission.call("clip_by_norm", grads, case.init["max_norm"])
    return {"norm": norm, **{f"grads[{at}]": array.fetch() for at, array in enumerate(grads)}}


def _length(arrays: tuple[Array, ...]) -> float:
    return float(np.sqrt(sum(float(np.sum(array**2)) for array in arrays)))


def _norm(function: Callable[[tuple[Array, ...]], float]) -> Callable[[Ask, Case, str], Any]:
    return lambda ask, case, tensor: function(case.inputs)


def _scaled(factor: Callable[[Array, tuple[Array, ...], float], Any]) -> Callable[[Ask, Case, str], Any]:
    """A mistaken array: its factor is a function of it, of all arrays, and of max_norm."""

    def answer(ask: Ask, case: Case, tensor: str) -> Any:
        array = case.inputs[int(tensor[len("grads[") : -1])]
        return array * factor(array, case.inputs, case.init["max_norm"])

    return answer


GRADS = tuple(f"grads[{at}]" for at in range(3))
MISTAKES = (
    mistake(
        "norm-squared",
        ("norm",),
        _norm(lambda arrays: _length(arrays) ** 2),
        "the root were forgotten: the norm is the square root of the sum of squares.",
    ),
    mistake(
        "norms-added",
        ("norm",),
        _norm(lambda arrays: sum(_length((array,)) for array in arrays)),
        "the arrays' own norms were added: together they are one vector, so their squares add up, under one root.",
    ),
    mistake(
        "last-array-only",
        ("norm",),
        _norm(lambda arrays: _length(arrays[-1:])),
        "only the last array were measured: the norm is that of all of them together.",
    ),
    mistake(
        "norm-after",
        ("norm",),
        lambda ask, case, tensor: min(ask(case)["norm"], case.init["max_norm"]),
        "the norm were measured after clipping: return the one before, which says how large the gradients were.",
    ),
    mistake(
        "sum-of-sizes",
        ("norm",),
        _norm(lambda arrays: sum(float(np.abs(array).sum()) for array in arrays)),
        "the absolute values were added: the norm is Euclid's, the square root of the sum of squares.",
    ),
    mistake(
        "not-in-place",
        GRADS,
        _scaled(lambda array, arrays, most: 1.0),
        "the arrays stayed as they were: change them in place (*=); binding a name to a new array changes nothing.",
    ),
    mistake(
        "always-scaled",
        GRADS,
        _scaled(lambda array, arrays, most: most / max(_length(arrays), 1e-300)),
        "short gradients were made longer: the factor is never above 1.",
    ),
    mistake(
        "each-by-itself",
        GRADS,
        _scaled(lambda array, arrays, most: min(1.0, most / max(_length((array,)), 1e-300))),
        "each array were clipped by itself: one factor for all keeps the direction.",
    ),
    mistake(
        "by-value",
        GRADS,
        lambda ask, case, tensor: np.clip(
            case.inputs[int(tensor[len("grads[") : -1])], -case.init["max_norm"], case.init["max_norm"]
        ),
        "each number were clipped: that bends the direction; multiply all of them by one factor.",
    ),
    mistake(
        "divided-by-norm",
        GRADS,
        _scaled(lambda array, arrays, most: 1 / _length(arrays) if _length(arrays) > most else 1.0),
        "gradients that are too long got the norm 1: they should get max_norm.",
    ),
)


def _judged(submission: Submission, ctx: Context, *tensors: str) -> Measurements:
    trials: list[Trial] = []
    stopped: CheckFailure | None = None
    cases = [pair for pair in enumerate(_cases(ctx), start=1) if ctx.only_case in (None, pair[0])]
    expected = ctx.answers(ORACLE, [case.question() for _, case in cases])
    for (number, case), right in zip(cases, expected, strict=True):
        try:
            trials.append(Trial(number, case, _yours(submission, case), right))
        except NotWritten:
            raise
        except LearnerError as error:
            stopped = raised_on(case, number, error, [trial.case for trial in trials])
            break
    worst = judge(trials, tensors, MISTAKES, lambda case: ctx.answers(ORACLE, [case.question()])[0])
    if stopped is not None:
        raise stopped
    return {"cases": len(trials), "max rel err": worst}


def norm(submission: Submission, ctx: Context) -> Measurements:
    """The norm before clipping is returned."""
    return _judged(submission, ctx, "norm")


def grads(submission: Submission, ctx: Context) -> Measurements:
    """The arrays are shortened in place."""
    return _judged(submission, ctx, *GRADS)
