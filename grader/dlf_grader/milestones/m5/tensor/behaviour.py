"""What holds for every operation: float32 stays float32, and no two Tensors share an array."""

from __future__ import annotations

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import LearnerError, NotWritten
from dlf_grader.instruments.case import Array, Case, whole
from dlf_grader.instruments.compare import compare
from dlf_grader.instruments.subjects.expression import IN_PLACE
from dlf_grader.instruments.subjects.program import Recording, program, step
from dlf_grader.milestones.m5.operations import COLUMN, drawn_shape
from dlf_grader.milestones.m5.tensor.graph import additions
from dlf_grader.milestones.m5.tensor.graph_use import fails
from dlf_grader.model import Measurements
from dlf_grader.report import Diagnosis
from dlf_grader.sandbox.protocol import Call
from dlf_grader.sandbox.proxy import Remote, Submission

ARITHMETIC = ("add", "sub", "mul", "truediv")
OPERATIONS = (
    *(step(name, "$a", "$b") for name in ARITHMETIC),
    *(step(name, "$a", 2.5) for name in ARITHMETIC),
    *(step(name, 2.5, "$a") for name in ARITHMETIC),
    *(step(name, COLUMN, "$a") for name in ARITHMETIC),
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
PASSING_ON = (  # operations whose gradient is the upstream one, in the same places or in others
    step("add", "$a", 2.0),
    step("sub", "$a", 2.0),
    step("mul", "$a", 1.0),
    step("reshape", "$a", 2, 2),
    step("transpose", "$a", 0, 1),
    step("sum", "$a", axis=0, keepdims=False),
    step("getitem", "$a", {"slice": [None, None, None]}),
)
DTYPE_LOST = Diagnosis(
    "dtype-lost", "An array of float64 was created: give numbers and arrays the dtype of the Tensor they meet."
)
SHARED = Diagnosis("shared-gradient", "Two leaves share one array as their grad: give each leaf a copy of its own.")
UPSTREAM_KEPT = Diagnosis("upstream-kept", "a.grad is the array that backward was given: keep a copy.")
UPSTREAM_CHANGED = Diagnosis(
    "upstream-changed", "An in-place operation (+=, [...] =) reached the caller's array: work on a copy of it."
)
IN_PLACE_ON_TENSOR = Diagnosis(
    "operand-changed", "The operand itself changes, though other results need its numbers: return a new Tensor."
)
NOT_A_SCALAR = Diagnosis(
    "not-a-scalar",
    "Only a single number is a loss: raise ValueError if backward() is called without a gradient on more numbers.",
)
BEHAVIOUR = (DTYPE_LOST, SHARED, UPSTREAM_KEPT, UPSTREAM_CHANGED, IN_PLACE_ON_TENSOR, NOT_A_SCALAR)


def behaviour(submission: Submission, ctx: Context) -> Measurements:
    """float32 stays float32, no array is shared or changed in place, and only a single number is a loss."""
    rng = ctx.rng(1)
    _needs_a_gradient(submission, rng)
    _nothing_is_shared(submission, rng)
    _operands_stay(submission, rng)
    leaves = {"a": np.array([[0.5, 2.0], [3.0, 1.5]]), "b": np.array([[2.0, 1.0], [0.5, 4.0]])}
    for one in OPERATIONS:
        used = {name: value for name, value in leaves.items() if f"${name}" in map(str, one[2])}
        case = program([one, step("sum", "$y", to="total")], used, None)
        recording = Recording(submission, case, dtype="float32")
        found = dict(zip(("y", "its sum"), recording.read("data", "y", "total"), strict=True))
        for name, value in (found | recording.gradients()).items():
            if getattr(value, "dtype", None) != np.float32:
                got = getattr(value, "dtype", type(value).__name__)
                raise fails(f"{name} should be float32 if the data is, got {got}", case.label, name, DTYPE_LOST)
    return {"operations": len(OPERATIONS)}


def _needs_a_gradient(submission: Submission, rng: np.random.Generator) -> None:
    """`backward()` of more than one number is refused, whatever the exception."""
    for shape in ((2,), drawn_shape(rng, 2)):
        case = program([step("mul", "$a", 3.0)], {"a": whole(rng, *shape)}, None)
        recording = Recording(submission, case)
        try:
            recording.backward()
        except NotWritten:
            raise
        except LearnerError:
            continue
        text = f"y.backward() without a gradient should raise an error if y has shape {shape}"
        raise fails(text, case.label, "y", NOT_A_SCALAR)


def _nothing_is_shared(submission: Submission, rng: np.random.Generator) -> None:
    """The gradient of one leaf is not that of another, nor the array that the caller gave."""
    for one in (step("add", "$a", "$b"), *PASSING_ON):
        leaves = {name: whole(rng, 2, 2) for name in "ab" if f"${name}" in one[2]}
        given = whole(rng, 2) if one[1] == "sum" else whole(rng, 2, 2)
        case = program([one], leaves, given)
        recording = Recording(submission, case)
        upstream, held = submission.put(given), submission.reserve("grad")
        take = Call("builtins", "getattr", [recording.names["a"], "grad"], keep=held)
        submission.many([Call(recording.number("y"), "backward", [upstream]), take])
        _unchanged(upstream, given, case)
        if "b" in leaves and _filled(submission, held):
            if compare("b.grad", recording.read("grad", "b")[0], given) is not None:
                raise fails("b.grad changes when a.grad is written to", case.label, "dL_db", SHARED)
            if compare("grad", upstream.fetch(), given) is not None:
                text = "the caller's upstream gradient changes when a.grad is written to"
                raise fails(text, case.label, "dL_da", UPSTREAM_KEPT)
        (before,) = recording.read("grad", "a")
        submission.call("numpy:copyto", upstream, given + 1)
        if compare("grad", recording.read("grad", "a")[0], before) is not None:
            text = "a.grad changes when the caller writes to the array that backward was given"
            raise fails(text, case.label, "dL_da", UPSTREAM_KEPT)
        if compare("a.data", recording.read("data", "a")[0], leaves["a"]) is not None:
            raise fails("backward changed a.data", case.label, "a")


def _filled(submission: Submission, array: int) -> bool:
    """Write to an array, if that is allowed."""
    try:
        submission.many([Call(array, "fill", [100.0])])
    except LearnerError:
        return False
    return True


def _operands_stay(submission: Submission, rng: np.random.Generator) -> None:
    """Neither an operand, nor the caller's array or gradient, changes: not in `s += b` either, not in a diamond."""
    for operation in IN_PLACE:
        a, b, g = (whole(rng, 2) for _ in range(3))
        case = program([step(operation, "$a", "$b", to="s"), step("mul", "$s", "$a")], {"a": a, "b": b}, g)
        recording = Recording(submission, case)
        if compare("a.data", recording.read("data", "a")[0], a) is not None:
            raise fails(f"a.data changed in {case.label.partition(',')[0]}", case.label, "a", IN_PLACE_ON_TENSOR)
    case = program(additions("s = a + b; t = a + s; y = t + s"), {"a": whole(rng, 2), "b": whole(rng, 2)}, g)
    recording = Recording(submission, case)
    upstream = submission.put(g)
    for _ in range(2):
        submission.many([Call(recording.number("y"), "backward", [upstream])])
        _unchanged(upstream, g, case)


def _unchanged(upstream: Remote, given: Array, case: Case) -> None:
    if compare("grad", upstream.fetch(), given) is not None:
        text = "backward changed the array that it was given as upstream gradient"
        raise fails(text, case.label, "dL_dy", UPSTREAM_CHANGED)
