"""numerical_gradient as a subject: quadratics, whose gradients calculus gives, smallest first."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.case import Answer, Case, RngFor, label, shown, traits, whole
from dlf_grader.instruments.subjects.function import Function
from dlf_grader.milestones.m0.gradcheck import mistakes
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.proxy import Submission

QUADRATIC = "dlf_grader.sandbox.fixtures:Quadratic"
LARGE_STEP = 0.7  # not a sum of few powers of two
RTOL = 1e-6  # a difference of numbers near 10 is known to 1e-15, and so its quotient by 2e-6 to 1e-9

# f(x) = (w · x)² + v · x: what it is called, w, v, x, eps
SMALL: tuple[tuple[str, list[float], list[float], list[float], float], ...] = (
    ("x²", [1], [0], [3], 0.25),
    ("2 x", [0], [2], [1], 0.25),
    ("2 x", [0], [2], [0], 0.25),
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


def cases(rng_for: RngFor) -> Iterator[Case]:
    """Smallest first: squares and lines with a large step, so that a wrong quotient shows in whole numbers."""
    for name, *numbers, eps in SMALL:
        w, v, x = (np.array(row, dtype=float) for row in numbers)
        words = f"f(x) = {name}, {shown(x=x)}, eps = {eps:g}"
        special = traits({"more than one element": x.size > 1, "an element that is 0": not x.all()})
        yield Case(words, (x,), {"eps": eps}, {"w": w, "v": v, "strided": False}, traits=special)
    for number, (shape, step, strided) in enumerate(DRAWN, start=len(SMALL) + 1):
        rng = rng_for(number)
        x, w, v = (whole(rng, *shape) if step == 0.25 else rng.standard_normal(shape) for _ in range(3))
        yield Case(
            label(
                f"f(x) = (w · x)² + v · x, x of shape {shape}",
                "not contiguous" if strided else "",
                "eps left out" if step is None else f"eps = {step:g}",
            ),
            (x,),
            {} if step is None else {"eps": step},
            {"w": w, "v": v, "strided": strided},
            traits=traits(
                {
                    f"{len(shape)} axes": len(shape) > 1,
                    "a small step": step == 1e-3,
                    "the default step": step is None,
                    "memory that is not contiguous": strided,
                }
            ),
        )


def _right(case: Case) -> Answer:
    w, v = case.attributes["w"], case.attributes["v"]
    return {"gradient": 2 * np.sum(w * case.inputs[0]) * w + v}


NARROWED = Diagnosis(
    "narrowed", "The gradient is kept in float32, which has seven digits: make the array with np.zeros_like(x)."
)


NEVER_MOVED = Diagnosis(
    "never-moved",
    "f never sees a step: change the elements of x itself, x[index] = …. x.flatten() and x.copy() make other arrays.",
)


def _measured(submission: Submission, case: Case) -> Iterator[Answer]:
    """The gradient, in about two calls an element."""
    f = submission.new(QUADRATIC, case.attributes["w"], case.attributes["v"])
    x = submission.put(case.inputs[0], strided=case.attributes["strided"])
    gradient = submission.call("numerical_gradient", f, x, **case.init)
    could_move = case.inputs[0].all() and not case.attributes["strided"]  # a step in proportion to 0 moves nothing
    if could_move and f.calls > 1 and not f.moved:
        raise CheckFailure(f"f was called {f.calls} times, with the same x each time", diagnosis=(NEVER_MOVED,))
    yield {"gradient": gradient}
    if isinstance(gradient, np.ndarray) and gradient.dtype != case.inputs[0].dtype:
        text = f"the gradient of an x of {case.inputs[0].dtype} should be {case.inputs[0].dtype}, got {gradient.dtype}"
        wrong = Counterexample(case.label, 0, "gradient")
        raise CheckFailure(text, wrong, (NARROWED,) if gradient.dtype == np.float32 else ())
    size, calls = case.inputs[0].size, f.calls
    if calls > 2 * size + 2:
        raise CheckFailure(f"f is called {calls} times for {size} elements: two calls an element are enough")


ACCURATE = Function(
    name="numerical_gradient",
    oracle=_right,
    cases=cases,
    results=("gradient",),
    call=_measured,
    mistakes=mistakes.NUMERICAL_GRADIENT,
    errors_know=(NARROWED, NEVER_MOVED),
    rtol=RTOL,
)


# -- changed in place, and restored ---------------------------------------------------------------

ROUNDED = Diagnosis(
    "restored-by-arithmetic",
    "Adding eps and subtracting it again rounds: store the original number, and write that back.",
)
LEFT_MOVED = Diagnosis("never-restored", "x is left where it was moved to: write the original numbers back.")


def _cases_in_place(rng_for: RngFor) -> Iterator[Case]:
    """Small numbers, whose low bits are lost beside the step."""
    for number, strided in enumerate((False, True), start=1):
        rng = rng_for(number)
        x, w, v = (rng.standard_normal((4, 6)) for _ in range(3))
        x *= 10.0 ** rng.uniform(-4, 0, x.shape)
        words = label(
            "f reads x itself, not its argument", f"x of shape {x.shape}", "not contiguous" if strided else ""
        )
        yield Case(words, (x,), {"eps": LARGE_STEP}, {"w": w, "v": v, "strided": strided})


def _measured_in_place(submission: Submission, case: Case) -> Iterator[Answer]:
    """The gradient of a function that reads x where it lies; x is bit for bit what it was afterwards."""
    x, w, v = case.inputs[0], case.attributes["w"], case.attributes["v"]
    held = submission.put(x, strided=case.attributes["strided"])
    f = submission.new(QUADRATIC, w, v, watched=held)
    gradient, after = submission.call("numerical_gradient", f, held, **case.init), held.fetch()
    if not np.array_equal(after, x):
        index = tuple(int(i) for i in np.argwhere(after != x)[0])
        rounded = bool(np.allclose(after, x, rtol=0, atol=1e-9))
        raise CheckFailure(
            "x is not restored exactly",
            Counterexample(case.label, 0, "x", index, repr(float(after[index])), repr(float(x[index]))),
            (ROUNDED if rounded else LEFT_MOVED,),
        )
    yield {"gradient": gradient}


IN_PLACE = Function(
    name="numerical_gradient",
    oracle=_right,
    cases=_cases_in_place,
    results=("gradient",),
    call=_measured_in_place,
    mistakes=mistakes.IN_PLACE,
    errors_know=(ROUNDED, LEFT_MOVED),
    rtol=RTOL,
)
