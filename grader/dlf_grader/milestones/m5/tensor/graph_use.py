"""The graph in use: backward called again, constants, detached Tensors, long chains."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure, LearnerError, NotWritten, WorkerTimeout
from dlf_grader.instruments.case import Array, Case, whole
from dlf_grader.instruments.compare import compare
from dlf_grader.instruments.measured import measured
from dlf_grader.instruments.subjects.program import Recording, program, step
from dlf_grader.milestones.m5.tensor.graph import additions
from dlf_grader.model import Measurements
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.protocol import Call
from dlf_grader.sandbox.proxy import Submission

FIXTURES = "dlf_grader.sandbox.fixtures"
LENGTH = 50_000  # operations: fifty times as long as Python's stack is deep
FEW, MANY = 1_000, 5_000  # operations of two chains whose times are compared
DOUBLINGS = 40  # as many paths as a trillion, in 40 Tensors
G = np.array([2.0, -3.0])  # the upstream gradient

REPLACED = Diagnosis(
    "replaced-by-second-backward", "A second backward replaces the leaf's gradient: add the new one to grad."
)
RESULTS_KEEP = Diagnosis(
    "passed-on-from-before",
    "A result keeps its gradient and passes it on again in the next call: let only leaves keep a gradient.",
)
ZERO_GRAD = (REPLACED, RESULTS_KEEP)
CONSTANT = Diagnosis(
    "constant-gradient", "A gradient is collected for a constant: skip every Tensor whose requires_grad is False."
)
DETACHED = Diagnosis(
    "detach-passes", "A detached Tensor passes its gradient on: return a new Tensor that keeps no inputs."
)
DETACHED_ITSELF = Diagnosis(
    "detached-itself", "detach changed the Tensor itself, which gets no gradient now: leave it alone, return a new one."
)
DETACH = (CONSTANT, DETACHED, DETACHED_ITSELF)
RECURSION = Diagnosis(
    "recursion",
    "A recursive function ends where Python's stack does: keep your own list of Tensors to visit, and loop.",
)
EVERY_PATH = Diagnosis(
    "every-path", "A Tensor is visited once for each path to it, and paths double here: remember what was visited."
)
SEARCHED = Diagnosis(
    "searched",
    "For each Tensor all others are gone through, as `in` does with a list: keep the ids of visited ones in a set.",
)
CHAIN = (RECURSION, EVERY_PATH, SEARCHED)


def zero_grad(submission: Submission, ctx: Context) -> Measurements:
    """A second `backward` adds the same again, one of another result its own; after `zero_grad` all is as at first."""
    leaves, g = _drawn(ctx, "ab")
    case = program(additions("s = a + b; t = s + b; y = t + s"), leaves, g)
    recording = Recording(submission, case)
    recording.backward()
    for name, once in (("a", 2 * g), ("b", 3 * g)):
        _equal(f"dL_d{name}", recording.read("grad", name)[0], once, "after one call of backward", case)
    recording.backward()
    for name, once in (("a", 2 * g), ("b", 3 * g)):
        (grad,) = recording.read("grad", name)
        words = "after two calls of backward: expected twice the first"
        _equal(f"dL_d{name}", grad, 2 * once, words, case, *_twice(grad, once))
    submission.many([Call(recording.number("t"), "backward", [g])])
    for name, all_three in (("a", 5 * g), ("b", 8 * g)):
        (grad,) = recording.read("grad", name)
        _equal(f"dL_d{name}", grad, all_three, "after y.backward twice, then t.backward", case)
    _reset(recording, case)
    again = Recording(submission, case)
    for name in "ab":
        submission.many([Call(again.number(name), "zero_grad")])  # nothing to reset yet
    for _ in range(2):
        again.backward()
        _equal("dL_da", again.read("grad", "a")[0], 2 * g, "after zero_grad", case)
        _reset(again, case)
    return {"calls": 5}


def _drawn(ctx: Context, names: str) -> tuple[dict[str, Array], Array]:
    """Leaves, and an upstream gradient."""
    rng = ctx.rng(1)
    return {name: whole(rng, 2) for name in names}, whole(rng, 2)


def _reset(recording: Recording, case: Case) -> None:
    recording.submission.many([Call(recording.number(name), "zero_grad") for name in recording.leaves])
    for name, grad in zip(recording.leaves, recording.read("grad", *recording.leaves), strict=True):
        if grad is not None and compare("grad", grad, np.zeros(2)) is not None:
            raise fails("after zero_grad() grad should be None or zeros", case.label, f"dL_d{name}")


def _twice(grad: Any, once: Array) -> list[Diagnosis]:
    """The mistake behind a gradient that should be twice that of the first call."""
    if not isinstance(grad, np.ndarray) or grad.shape != once.shape:
        return []
    if compare("", grad, once) is None:
        return [REPLACED]
    too_large = np.all(np.abs(np.asarray(grad, dtype=float)) > np.abs(2 * once) + 1e-9)
    return [RESULTS_KEEP] if too_large else []


def detach(submission: Submission, ctx: Context) -> Measurements:
    """A constant gets no gradient, and a detached Tensor passes none on."""
    leaves, g = _drawn(ctx, "ak")
    case = program(additions("s = k + k; t = s + a; y = t + k"), leaves, g, constants=["k"])
    recording = Recording(submission, case)
    recording.backward()
    grad, constant, between = recording.read("grad", "a", "k", "s")
    _equal("dL_da", grad, g, "beside constants", case)
    for name, value in (("k", constant), ("s", between)):
        if value is not None and compare("grad", value, np.zeros(2)) is not None:
            text = f"{name}.grad should stay None: nothing in {name} requires a gradient"
            raise fails(text, case.label, name, CONSTANT)
    _detach_leaves_alone(submission, leaves["a"], g)
    case = program([step("detach", "$a", to="d"), *additions("s = d + a; y = s + d")], {"a": leaves["a"]}, g)
    recording = Recording(submission, case)
    _equal("d", recording.read("data", "d")[0], leaves["a"], "(the numbers stay)", case)
    recording.backward()
    grad = recording.read("grad", "a")[0]
    passed = [DETACHED] if compare("dL_da", grad, 3 * g) is None else []
    _equal("dL_da", grad, g, "if d is detached", case, *passed)
    of_d = recording.read("grad", "d")[0]
    if of_d is not None and compare("grad", of_d, np.zeros(2)) is not None:
        raise fails("a detached Tensor requires no gradient: its grad should stay None", case.label, "d")
    return {"cases": 2}


def _detach_leaves_alone(submission: Submission, a: Array, g: Array) -> None:
    """What was detached gets its gradient as before."""
    case = program([step("detach", "$a", to="d"), *additions("y = a + a")], {"a": a}, g)
    recording = Recording(submission, case)
    try:
        grad = recording.gradients()["dL_da"]
    except NotWritten:
        raise
    except LearnerError as error:
        raise fails(f"after a.detach(), a gets no gradient: {error}", case.label, "dL_da", DETACHED_ITSELF) from error
    lost = grad is None or compare("dL_da", grad, np.zeros(2)) is None
    _equal("dL_da", grad, 2 * g, "after a.detach()", case, *([DETACHED_ITSELF] if lost else []))


def chain(submission: Submission, ctx: Context) -> Measurements:
    """Fifty thousand operations in a row, and a trillion paths."""
    label = f"y = a + a + … + a, {LENGTH:,} operations"
    short = program(additions("y = a + a"), {"a": np.ones(2)}, G)
    Recording(submission, short).gradients()  # so that an endless loop is found before there is patience
    submission.patience = float("inf")  # few numbers ask for much
    _grows_in_proportion(submission, short, ctx.check.timeout)
    recording = Recording(submission, short)
    a = recording.names["a"]
    try:
        y = submission.call(f"{FIXTURES}:sum_of_many", a, LENGTH)
        y.backward(G)
    except LearnerError as error:
        if error.kind != "RecursionError":
            raise
        raise fails(f"RecursionError on a chain of {LENGTH:,} operations", label, "", RECURSION) from error
    _equal("dL_da", recording.read("grad", "a")[0], (LENGTH + 1) * G, "on a long chain", Case(label, ()))
    submission.many([Call(recording.number("a"), "zero_grad")])
    doubled = submission.call(f"{FIXTURES}:doubled_often", a, DOUBLINGS)
    ctx.show(0.5, f"{DOUBLINGS} doublings: out of time if a Tensor is visited more than once")
    try:
        doubled.backward(G)
    except WorkerTimeout as error:
        text = f"backward of y = a + a, doubled {DOUBLINGS} times, did not end in time"
        raise fails(text, label, "dL_da", EVERY_PATH) from error
    case = Case(f"y = a + a, then y = y + y, {DOUBLINGS} times in all", ())
    _equal("dL_da", recording.read("grad", "a")[0], 2.0**DOUBLINGS * G, "after doublings", case)
    return {"operations": LENGTH}


def _grows_in_proportion(submission: Submission, short: Case, limit: float) -> None:
    """Fail at once where the time grows with the square of the operations, and would not do for the long chain."""
    a = Recording(submission, short).names["a"]
    try:
        few, many = (measured(float, submission, f"{FIXTURES}:seconds_of_backward", a, n, G) for n in (FEW, MANY))
    except LearnerError:
        return  # the long chain tells
    if 0 < 3 * (MANY / FEW) * few < many and many * (LENGTH / MANY) ** 2 > 1.5 * limit:
        text = f"backward of {MANY:,} operations takes {many / few:.0f} times as long as that of {FEW:,}"
        raise fails(text, f"y = a + a + … + a, {FEW:,} and {MANY:,} operations", "dL_da", SEARCHED)


def fails(text: str, case: str, name: str = "", *diagnosis: Diagnosis) -> CheckFailure:
    """What is wrong with a Tensor's attribute, on a case without a number."""
    return CheckFailure(text, Counterexample(case, 0, name), diagnosis)


def _equal(name: str, yours: Any, right: Array, text: str, case: Case, *known: Diagnosis) -> None:
    """Fail unless a gradient is what it should be."""
    mismatch = compare(name, yours, right)
    if mismatch is not None:
        where = Counterexample(case.label, 0, name, mismatch.index, mismatch.yours, mismatch.expected)
        target = "Tensor.backward" if any(each in ZERO_GRAD for each in known) else ""
        raise CheckFailure(f"{mismatch.text} {text}", where, known, target=target)
