"""numerical_gradient and relative_error: their cases, and the mistakes people make."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure, LearnerError, NotWritten
from dlf_grader.instruments.compare import as_array, compare
from dlf_grader.instruments_old.layer import Answer, Array, Ask, Case
from dlf_grader.instruments_old.parity import raised_on
from dlf_grader.milestones.m0.drawing import shown, whole
from dlf_grader.milestones.m0.mistakes import mistake
from dlf_grader.milestones.m0.trying import tried
from dlf_grader.model import Measurements
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.proxy import Submission

QUADRATIC = "dlf_grader.sandbox.fixtures:Quadratic"
DEFAULT_STEP = 1e-6
LARGE_STEP = 0.7  # not a sum of few powers of two
RTOL = 1e-6  # a difference of numbers near 10 is known to 1e-15, and so its quotient by 2e-6 to 1e-9


# -- numerical_gradient ---------------------------------------------------------------------------

# f(x) = (w · x)² + v · x: what it is called, w, v, x, eps
SMALL: tuple[tuple[str, list[float], list[float], list[float], float], ...] = (
    ("x²", [1], [0], [3], 0.25),
    ("2 x", [0], [2], [1], 0.25),
    ("(2 x)² − x", [2], [-1], [-1], 0.25),
    ("(x₀ + 2 x₁)²", [1, 2], [0, 0], [1, 3], 0.25),
)
# shape, eps (None for the default), whether x is strided
DRAWN = (
    ((2, 2), 0.25, False),
    ((2, 1, 3), 0.25, False),
    ((4,), 1e-3, False),
    ((3, 5), None, False),
    ((4, 3), None, True),
    ((2, 3, 4), None, False),
)


def gradient_cases(ctx: Context) -> list[tuple[int, Case]]:
    """Smallest first: squares and lines with a large step, so that a wrong quotient shows in whole numbers."""
    numbered = list(enumerate(_gradient_cases(ctx), start=1))
    return [pair for pair in numbered if ctx.only_case in (None, pair[0])]


def _gradient_cases(ctx: Context) -> Iterator[Case]:
    for name, *numbers, eps in SMALL:
        w, v, x = (np.array(row, dtype=float) for row in numbers)
        label = f"f(x) = {name}, {shown(x=x)}, eps = {eps:g}"
        traits = frozenset(["more than one element"] if x.size > 1 else [])
        yield Case(label, (x,), {"eps": eps}, {"w": w, "v": v, "strided": False}, traits=traits)
    for number, (shape, eps_or_none, strided) in enumerate(DRAWN, start=len(SMALL) + 1):
        rng = ctx.rng(number)
        x, w, v = (whole(rng, *shape) if eps_or_none == 0.25 else rng.standard_normal(shape) for _ in range(3))
        words = [f"f(x) = (w · x)² + v · x, x of shape {shape}", "not contiguous" if strided else ""]
        words.append("eps left out" if eps_or_none is None else f"eps = {eps_or_none:g}")
        named = {
            f"{len(shape)} axes": len(shape) > 1,
            "a small step": eps_or_none == 1e-3,
            "the default step": eps_or_none is None,
            "memory that is not contiguous": strided,
        }
        traits = frozenset(name for name, holds in named.items() if holds)
        init = {} if eps_or_none is None else {"eps": eps_or_none}
        yield Case(", ".join(filter(None, words)), (x,), init, {"w": w, "v": v, "strided": strided}, traits=traits)


def _f(case: Case, x: Array) -> float:
    return float(np.sum(case.attributes["w"] * x) ** 2 + np.sum(case.attributes["v"] * x))


def _true_gradient(case: Case) -> Answer:
    w, v = case.attributes["w"], case.attributes["v"]
    return {"gradient": 2 * np.sum(w * case.inputs[0]) * w + v}


Rule = Callable[[float, float, float, float], float]


def _quotient(rule: Rule) -> Callable[[Ask, Case, str], Any]:
    """A mistaken quotient: rule(f above, f at x, f below, eps) for each element."""

    def answer(ask: Ask, case: Case, tensor: str) -> Any:
        x, eps = case.inputs[0], case.init.get("eps", DEFAULT_STEP)
        here, gradient = _f(case, x), np.zeros_like(x)
        for index in np.ndindex(x.shape):
            step = np.zeros_like(x)
            step[index] = eps
            gradient[index] = rule(_f(case, x + step), here, _f(case, x - step), eps)
        return gradient

    return answer


def _never_restored(ask: Ask, case: Case, tensor: str) -> Any:
    """Every element is left at x − eps, where the next ones meet it."""
    x, eps = case.inputs[0].copy(), case.init.get("eps", DEFAULT_STEP)
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        x[index] += eps
        above = _f(case, x)
        x[index] -= 2 * eps
        gradient[index] = (above - _f(case, x)) / (2 * eps)
    return gradient


def _all_at_once(ask: Ask, case: Case, tensor: str) -> Any:
    x, eps = case.inputs[0], case.init.get("eps", DEFAULT_STEP)
    return np.full_like(x, (_f(case, x + eps) - _f(case, x - eps)) / (2 * eps))


def _gradient_mistake(id: str, answer: Callable[[Ask, Case, str], Any], text: str) -> Any:
    return mistake(id, "gradient", answer, text)


GRADIENT_MISTAKES = (
    _gradient_mistake(
        "one-sided",
        _quotient(lambda up, here, down, eps: (up - here) / eps),
        "only one side were measured, (f(x + eps) − f(x)) / eps: go eps to both sides, and divide by 2 eps.",
    ),
    _gradient_mistake(
        "one-sided-below",
        _quotient(lambda up, here, down, eps: (here - down) / eps),
        "only the side below were measured, (f(x) − f(x − eps)) / eps: go eps to both sides, and divide by 2 eps.",
    ),
    _gradient_mistake(
        "divided-by-eps",
        _quotient(lambda up, here, down, eps: (up - down) / eps),
        "the difference were divided by eps: from x − eps to x + eps it is 2 eps.",
    ),
    _gradient_mistake(
        "precedence",
        _quotient(lambda up, here, down, eps: (up - down) / 2 * eps),
        "the difference were multiplied by eps: a / 2 * eps means (a / 2) * eps, so put 2 * eps in brackets.",
    ),
    _gradient_mistake(
        "not-divided",
        _quotient(lambda up, here, down, eps: up - down),
        "the difference were never divided: a slope is the difference of f over the distance, 2 eps.",
    ),
    _gradient_mistake(
        "never-restored",
        _never_restored,
        "elements stayed where they had been moved to: put each one back before the next is moved.",
    ),
    _gradient_mistake(
        "all-at-once",
        _all_at_once,
        "all elements were moved together: move one, measure, put it back; then the next.",
    ),
)


def numerical_gradient(submission: Submission, ctx: Context) -> Measurements:
    """Gradients of quadratics are what calculus says, with about two calls an element."""
    cases = gradient_cases(ctx)

    def yours(case: Case) -> Answer:
        f = submission.new(QUADRATIC, case.attributes["w"], case.attributes["v"])
        x = submission.put(case.inputs[0], strided=case.attributes["strided"])
        return {"gradient": submission.call("numerical_gradient", f, x, **case.init), "calls": f.calls}

    trials, worst = tried(cases, yours, _true_gradient, "gradient", mistakes=GRADIENT_MISTAKES, rtol=RTOL)
    for trial in trials:
        size, calls = trial.case.inputs[0].size, trial.yours["calls"]
        if calls > 2 * size + 2:
            text = f"f is called {calls} times for {size} elements: two calls an element are enough"
            raise CheckFailure(text, Counterexample(trial.case.label, trial.number))
    return {"cases": len(trials), "max rel err": worst}


# -- moved in place, and put back -----------------------------------------------------------------

COPIED = Diagnosis(
    "copied",
    "f may look at the array itself, as a layer looks at its W, so a copy that moves is never seen: write into x.",
)
ROUNDED = Diagnosis(
    "restored-by-arithmetic",
    "Adding eps and taking it off again rounds: keep the original number, and write that back.",
)
LEFT_MOVED = Diagnosis("never-restored", "x was left where it had been moved to: write the original numbers back.")


def in_place(submission: Submission, ctx: Context) -> Measurements:
    """x itself is moved, and is bit for bit what it was afterwards."""
    for number, strided in enumerate((False, True), start=1):
        rng = ctx.rng(number)
        x, w, v = (rng.standard_normal((4, 6)) for _ in range(3))
        x *= 10.0 ** rng.uniform(-4, 0, x.shape)  # beside the step the low bits of a small number are lost
        case = Case(f"x of shape {x.shape}{', not contiguous' if strided else ''}", (x,), attributes={"w": w, "v": v})
        held = submission.put(x, strided=strided)
        f = submission.new(QUADRATIC, w, v, watched=held)
        try:
            gradient, after = submission.call("numerical_gradient", f, held, eps=LARGE_STEP), held.fetch()
        except NotWritten:
            raise
        except LearnerError as error:
            raise raised_on(case, number, error) from error
        if not np.array_equal(after, x):
            index = tuple(int(i) for i in np.argwhere(after != x)[0])
            rounded = bool(np.allclose(after, x, rtol=0, atol=1e-9))
            raise CheckFailure(
                "x is not restored exactly",
                Counterexample(case.label, 0, "x", index, repr(float(after[index])), repr(float(x[index]))),
                (ROUNDED if rounded else LEFT_MOVED,),
            )
        right = _true_gradient(case)["gradient"]
        if (mismatch := compare("gradient", gradient, right, RTOL)) is not None:
            array = as_array(gradient)
            unseen = array is not None and array.shape == x.shape and not array.any()
            text = f"{mismatch.text} for an f that looks at x itself, not at what it is passed"
            at = Counterexample(case.label, 0, "gradient", mismatch.index, mismatch.yours, mismatch.expected)
            raise CheckFailure(text, at, (COPIED,) if unseen else ())
    return {"layouts": 2}
