"""A module built of the learner's Tensors as a subject: its parameters are found, assigned and differentiated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from dlf_grader.failures import CheckFailure, LearnerError
from dlf_grader.instruments.case import Answer, Array, Case
from dlf_grader.instruments.subjects.program import CUT_OFF, check_connected, described
from dlf_grader.instruments.subjects.subject import Subject
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.proxy import Remote, Submission

NO_LEAF = Diagnosis(
    "no-leaf",
    "Only a leaf keeps its gradient: make the numbers first, then Tensor(numbers, requires_grad=True). The result of "
    "an operation is not a leaf.",
)
NOT_FOUND = Diagnosis(
    "not-found",
    "A parameter is missing: the weights W and the bias b are Tensors with requires_grad=True, kept as attributes.",
)


@dataclass(frozen=True, kw_only=True)
class TensorModule(Subject):
    """A module of Linear layers; a case's attributes are "W0", "b0", "W1", …, its input x is a Tensor.

    Attributes:
        arguments: the constructor's, for a case.
    """

    oracle: str | Callable[[Case], Answer] = "dlf_reference.oracles.m5:mlp"
    arguments: Callable[[Case], tuple[Any, ...]]

    def run(self, submission: Submission, case: Case, tensors: Sequence[str]) -> Iterator[Answer]:
        module = submission.new(self.name, *self.arguments(case))
        parameters = _assigned(found_in(module, case.label), case, f"{self.name}.__init__")
        x = tensor(submission, case.inputs[0])
        y = module(x)
        if not isinstance(y, Remote) or "backward" not in y.handle.methods:
            raise CheckFailure(f"calling the module should give a Tensor, got {described(y)}")
        yield {"y": y.data}
        try:
            y.backward(case.upstream)
        except LearnerError:
            check_connected(y, list(parameters), case.label)
            raise
        check_leaves(parameters, case)
        yield {f"dL_d{name}": remote.grad for name, remote in (parameters | {"x": x}).items()}

    def explain_error(self, error: LearnerError) -> tuple[Diagnosis, ...]:
        """The misfit where a product of matrices raises ValueError: the shapes of x and W do not go together."""
        in_product = any(frame.function == "matmul" for frame in error.frames)
        return self.errors_know[:1] if error.kind == "ValueError" and in_product else ()

    def given(self, submission: Submission, array: Array) -> Any:
        return tensor(submission, array)


def tensor(submission: Submission, value: Any) -> Remote:
    """A learner's Tensor that requires a gradient."""
    return submission.new("Tensor", value, requires_grad=True)


def found_in(module: Remote, case: str) -> list[Remote]:
    """What `parameters` returns, in whatever holds Tensors."""
    found = module.parameters()
    if isinstance(found, Remote):  # a generator, or a set
        submission = found._submission
        with suppress(LearnerError):
            found = submission.call("builtins:list", found)
    if not isinstance(found, list | tuple) or not all(isinstance(one, Remote) for one in found):
        text = f"parameters() should return a list of Tensors, got {described(found)}"
        raise CheckFailure(text, Counterexample(case, 0, "parameters()"))
    return list(found)


def _assigned(held: Sequence[Remote], case: Case, made_by: str) -> dict[str, Remote]:
    """A module's parameters by name, with a case's numbers in them; they are told apart by their shapes."""
    shapes = [tuple(one.shape) for one in held]
    wanted = {name: value.shape for name, value in case.attributes.items()}
    if sorted(shapes) != sorted(wanted.values()):
        there = ", ".join(map(str, shapes)) or "none"
        text = f"expected parameters of shapes {', '.join(map(str, wanted.values()))}, got {there}"
        missing = Counter(wanted.values()) - Counter(shapes)
        known = (NOT_FOUND,) if len(shapes) + missing.total() == len(wanted) else ()
        raise CheckFailure(text, Counterexample(case.label, 0, "parameters()"), known, target=made_by)
    names = {name: held[shapes.index(shape)] for name, shape in wanted.items()}
    for name, remote in names.items():
        remote.data = case.attributes[name]
    return names


def check_leaves(held: Mapping[str, Remote], case: Case) -> None:
    """Fail where a parameter keeps no gradient of its own sum, as one that is no leaf does not."""
    for name, remote in held.items():
        if remote.grad is not None:
            continue
        with suppress(LearnerError):
            remote.sum().backward()
        if remote.grad is None:
            raise CheckFailure(
                f"{name}.grad is None after backward, and also after {name}.sum().backward()",
                Counterexample(case.label, 0, f"dL_d{name}"),
                (NO_LEAF,),
            )
        raise CheckFailure(
            f"{name}.grad is None after backward: y does not depend on {name}",
            Counterexample(case.label, 0, f"dL_d{name}"),
            (CUT_OFF,),
        )
