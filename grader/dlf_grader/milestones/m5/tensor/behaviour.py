"""What holds for every operation: float32 stays float32, and no two Tensors share an array."""

from __future__ import annotations

import numpy as np

from dlf_grader.context import Context
from dlf_grader.instruments.compare import compare
from dlf_grader.instruments.program import Recording, program, step
from dlf_grader.milestones.m5.operations import COLUMN, PAIR
from dlf_grader.milestones.m5.tensor.graph import additions
from dlf_grader.milestones.m5.tensor.graph_use import fails
from dlf_grader.model import Measurements
from dlf_grader.report import Diagnosis
from dlf_grader.sandbox.protocol import Call
from dlf_grader.sandbox.proxy import Submission

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
DTYPE_LOST = Diagnosis(
    "dtype-lost", "An array of float64 was created: give numbers and arrays the dtype of the Tensor they meet."
)
SHARED = Diagnosis("shared-gradient", "Two leaves share one array as their grad: give each leaf a copy of its own.")
UPSTREAM_KEPT = Diagnosis("upstream-kept", "a.grad is the array that backward was given: keep a copy.")
BEHAVIOUR = (DTYPE_LOST, SHARED, UPSTREAM_KEPT)


def behaviour(submission: Submission, ctx: Context) -> Measurements:
    """float32 stays float32, and no array is shared or changed in place."""
    _nothing_is_shared(submission)
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


def _nothing_is_shared(submission: Submission) -> None:
    """The gradient of one leaf is not that of another, nor the array that the caller gave."""
    case = program(additions("y = a + b"), {"a": PAIR, "b": PAIR + 1}, np.ones(2))
    recording = Recording(submission, case)
    given = np.array([2.0, 3.0])
    upstream, held = submission.put(given), submission.reserve("grad")
    take = Call("builtins", "getattr", [recording.names["a"], "grad"], keep=held)
    submission.many([Call(recording.number("y"), "backward", [upstream]), take])
    submission.many([Call(held, "fill", [100.0])])
    if compare("b.grad", recording.read("grad", "b")[0], given) is not None:
        raise fails("b.grad changes when a.grad is written to", case.label, "dL_db", SHARED)
    if compare("grad", upstream.fetch(), given) is not None:
        text = "the caller's upstream gradient changes when a.grad is written to"
        raise fails(text, case.label, "dL_da", UPSTREAM_KEPT)
    if compare("a.data", recording.read("data", "a")[0], PAIR) is not None:
        raise fails("backward changed a.data", case.label, "a")
