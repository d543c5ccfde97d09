"""The engine in use: called again, on constants, on long chains, in float32."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure, LearnerError
from dlf_grader.instruments.compare import compare
from dlf_grader.instruments_old.layer import Case
from dlf_grader.milestones.m5.cases import COLUMN, PAIR
from dlf_grader.milestones.m5.engine import sums
from dlf_grader.milestones.m5.programs import Running, program, step
from dlf_grader.model import Counterexample, Diagnosis, Measurements
from dlf_grader.sandbox.protocol import Call, Get
from dlf_grader.sandbox.proxy import Submission

PROPS = "dlf_grader.sandbox.fixtures"
LENGTH = 50_000  # operations: fifty times as long as Python's stack is deep
DOUBLINGS = 40  # as many paths as a trillion, in 40 Tensors


def _fail(text: str, case: str, name: str = "", *diagnosis: Diagnosis) -> CheckFailure:
    return CheckFailure(text, Counterexample(case, 0, name), diagnosis)


def _told(id: str, text: str) -> Diagnosis:
    return Diagnosis(id, "It looks as if " + text)


def _is(name: str, yours: Any, right: Any, text: str, case: Case, *known: tuple[Any, Diagnosis]) -> None:
    """Fail unless a gradient is what it should be; `known` wrong values have a name."""
    mismatch = compare(name, yours, right)
    if mismatch is None:
        return
    told = [diagnosis for value, diagnosis in known if compare(name, yours, value) is None]
    where = Counterexample(case.label, 0, name, mismatch.index, mismatch.yours, mismatch.expected)
    raise CheckFailure(f"{mismatch.text} {text}", where, tuple(told[:1]))


def zero_grad(submission: Submission, ctx: Context) -> Measurements:
    """A second `backward` adds the same again; `zero_grad` starts anew."""
    g = np.array([2.0, -3.0])
    case = program(sums("s = a + b; t = s + b; y = t + s"), {"a": g + 5, "b": g - 5}, g)
    running = Running(submission, case)
    running.backward()
    running.backward()
    overwritten = _told("replaced-by-second-backward", "a second backward replaced what was there: it adds to grad.")
    kept = "results between kept their gradients, and passed them on again: only leaves keep one from call to call."
    for name, once in (("a", 2 * g), ("b", 3 * g)):
        (grad,) = running.grads(name)
        known = [(once, overwritten)] + [(n * once, _told("passed-on-from-before", kept)) for n in (3, 4, 5)]
        wider = np.asarray(grad, dtype=float) if isinstance(grad, np.ndarray) and grad.shape == g.shape else None
        if wider is not None and np.all(np.abs(wider) > np.abs(2 * once) + 1e-9):
            known.append((wider, _told("passed-on-from-before", kept)))
        _is(f"dL_d{name}", grad, 2 * once, "after backward was called twice: twice the first", case, *known)
    submission.many([Call(running.names[name].handle.number, "zero_grad") for name in "ab"])
    for name, grad in zip("ab", running.grads("a", "b"), strict=True):
        if grad is not None and compare("grad", grad, np.zeros(2)) is not None:
            raise _fail("after zero_grad() grad should be None or zeros", case.label, f"dL_d{name}")
    again = Running(submission, case)
    again.backward()
    _is("dL_da", again.grads("a")[0], 2 * g, "in a graph of its own", case)
    return {"calls": 3}


def detach(submission: Submission, ctx: Context) -> Measurements:
    """What requires no gradient gets none, and a detached Tensor passes none on."""
    g = np.array([2.0, -3.0])
    case = program(sums("s = k + k; t = s + a; y = t + k"), {"a": g + 5, "k": g - 5}, g, constants=["k"])
    running = Running(submission, case)
    running.backward()
    grad, constant, between = running.grads("a", "k", "s")
    _is("dL_da", grad, g, "beside constants", case)
    for name, value in (("k", constant), ("s", between)):
        if value is not None:
            told = _told("constant-gradient", "requires_grad were not asked: no gradient is collected for constants.")
            raise _fail(f"{name}.grad should stay None: nothing in {name} requires a gradient", case.label, name, told)
    case = program([step("detach", "$a", to="d"), *sums("s = d + a; y = s + d")], {"a": g + 5}, g)
    running = Running(submission, case)
    _is("d", submission.many([Get(running.names["d"].handle.number, "data")])[0], g + 5, "(the numbers stay)", case)
    running.backward()
    passed = _told("detach-passes", "a detached Tensor passed its gradient on: it must not know where it came from.")
    _is("dL_da", running.grads("a")[0], g, "where d is detached", case, (3 * g, passed))
    if running.grads("d")[0] is not None:
        raise _fail("a detached Tensor requires no gradient: its grad should stay None", case.label, "d")
    return {"cases": 2}


def chain(submission: Submission, ctx: Context) -> Measurements:
    """Fifty thousand operations in a row, and a trillion paths."""
    g = np.array([2.0, -3.0])
    label = f"y = a + a + … + a, {LENGTH:,} operations"
    x = Running(submission, program(sums("y = a + a"), {"a": np.ones(2)}, g)).names["a"]
    try:
        y = submission.call(f"{PROPS}:sum_of_many", x, LENGTH)
        y.backward(g)
    except LearnerError as error:
        if error.kind != "RecursionError":
            raise
        told = "A function that calls itself for every Tensor ends where Python's stack does: keep a list of what is "
        text = f"RecursionError on a chain of {LENGTH:,} operations"
        raise _fail(text, label, "", Diagnosis("recursion", told + "still to be done, and loop.")) from error
    case = Case(label, ())
    _is("dL_da", submission.many([Get(x.handle.number, "grad")])[0], (LENGTH + 1) * g, "on a long chain", case)
    submission.many([Call(x.handle.number, "zero_grad")])
    doubled = submission.call(f"{PROPS}:doubled_often", x, DOUBLINGS)
    ctx.show(0.5, f"{DOUBLINGS} doublings: out of time if a Tensor has more than one turn")
    doubled.backward(g)
    case = Case(f"y = a + a, then y = y + y, {DOUBLINGS} times in all", ())
    _is("dL_da", submission.many([Get(x.handle.number, "grad")])[0], 2.0**DOUBLINGS * g, "after doublings", case)
    return {"operations": LENGTH}


EVERY_OPERATION = (
    *(step(name, "$a", "$b") for name in ("add", "sub", "mul", "truediv")),
    *(step(name, "$a", 2.5) for name in ("add", "sub", "mul", "truediv")),
    *(step(name, 2.5, "$a") for name in ("add", "sub", "mul", "truediv")),
    *(step(name, COLUMN, "$a") for name in ("add", "sub", "mul", "truediv")),
    *(step(name, "$a") for name in ("neg", "exp", "log", "tanh", "sigmoid", "relu", "log_softmax", "transpose")),
    *(step(name, "$a", axis=1) for name in ("sum", "mean", "max")),
    *(step(name, "$a") for name in ("sum", "mean", "max")),
    step("pow", "$a", 2),
    step("pow", "$a", 0.5),
    step("matmul", "$a", "$b"),
    step("matmul", "$a", COLUMN),
    step("reshape", "$a", 4),
    step("getitem", "$a", np.array([1, 1])),
)


def behaviour(submission: Submission, ctx: Context) -> Measurements:
    """float32 stays float32, and no array is shared or changed behind the caller's back."""
    _apart(submission)
    leaves = {"a": np.array([[0.5, 2.0], [3.0, 1.5]]), "b": np.array([[2.0, 1.0], [0.5, 4.0]])}
    for one in EVERY_OPERATION:
        used = {name: value for name, value in leaves.items() if f"${name}" in map(str, one[2])}
        case = program([one, step("sum", "$y", to="total")], used, None)
        running = Running(submission, case, dtype="float32")
        y, total = (submission.many([Get(running.names[n].handle.number, "data")])[0] for n in ("y", "total"))
        running.backward()
        found = {"y": y, "its sum": total}
        found |= {f"dL_d{n}": grad for n, grad in zip(used, running.grads(*used), strict=True)}
        for name, value in found.items():
            if getattr(value, "dtype", None) != np.float32:
                told = Diagnosis("dtype-lost", "Numbers and arrays beside a float32 Tensor become float32 too.")
                got = getattr(value, "dtype", type(value).__name__)
                raise _fail(f"{name} should be float32 where the data is, got {got}", case.label, name, told)
    return {"operations": len(EVERY_OPERATION)}


def _apart(submission: Submission) -> None:
    """The gradient of one leaf is not that of another, nor the caller's own array."""
    case = program(sums("y = a + b"), {"a": PAIR, "b": PAIR + 1}, np.ones(2))
    running = Running(submission, case)
    upstream = submission.put(np.array([2.0, 3.0]))
    y, a = running.names["y"].handle.number, running.names["a"].handle.number
    held = submission.reserve("grad")
    submission.many(
        [Call(y, "backward", [upstream]), Call("builtins", "getattr", [running.names["a"], "grad"], keep=held)]
    )
    submission.many([Call(held, "fill", [100.0])])
    if compare("b.grad", running.grads("b")[0], np.array([2.0, 3.0])) is not None:
        told = _told("shared-gradient", "two leaves kept the same array: writing into one's grad changes the other's.")
        raise _fail("b.grad changes when a.grad is written to", case.label, "dL_db", told)
    if compare("grad", upstream.fetch(), np.array([2.0, 3.0])) is not None:
        told = _told("upstream-kept", "a.grad were the array that backward was given: keep a copy.")
        raise _fail("the caller's upstream gradient changes when a.grad is written to", case.label, "dL_da", told)
    if compare("a.data", submission.many([Get(a, "data")])[0], PAIR) is not None:
        raise _fail("backward changed a.data", case.label, "a")
