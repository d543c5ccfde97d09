"""A module built of the learner's Tensors as a subject: its parameters are found, assigned and differentiated."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dlf_grader.failures import CheckFailure, LearnerError
from dlf_grader.instruments.case import Answer, Array, Case
from dlf_grader.instruments.subject import Subject
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.proxy import Remote, Submission, describe_value


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
        parameters = _assigned(found_in(module, case.label), case)
        x = tensor(submission, case.inputs[0])
        y = module(x)
        if not isinstance(y, Remote) or "backward" not in y.handle.methods:
            raise CheckFailure(f"calling the module should give a Tensor, got {describe_value(y)}")
        yield {"y": y.data}
        y.backward(case.upstream)
        yield {f"dL_d{name}": remote.grad for name, remote in (parameters | {"x": x}).items()}

    def explain_error(self, error: LearnerError) -> tuple[Diagnosis, ...]:
        """The misfit where a product of matrices raises ValueError: the shapes of x and W do not go together."""
        in_product = any(frame.function == "matmul" for frame in error.frames)
        return self.errors_know if error.kind == "ValueError" and in_product else ()

    def given(self, submission: Submission, array: Array) -> Any:
        return tensor(submission, array)


def tensor(submission: Submission, value: Any) -> Remote:
    """A learner's Tensor that requires a gradient."""
    return submission.new("Tensor", value, requires_grad=True)


def found_in(module: Remote, case: str) -> list[Remote]:
    """What `parameters` returns: a list of Tensors."""
    found = module.parameters()
    if not isinstance(found, list) or not all(isinstance(one, Remote) for one in found):
        got = describe_value(found) if not isinstance(found, Remote) else f"an object of type {found.type_name}"
        text = f"parameters() should return a list of Tensors, got {got}"
        raise CheckFailure(text, Counterexample(case, 0, "parameters()"))
    return found


def _assigned(held: Sequence[Remote], case: Case) -> dict[str, Remote]:
    """A module's parameters by name, with a case's numbers in them."""
    by_rank = {"W": [one for one in held if len(one.shape) == 2], "b": [one for one in held if len(one.shape) == 1]}
    layers = len(case.attributes) // 2
    if len(held) != 2 * layers or len(by_rank["W"]) != layers or len(by_rank["b"]) != layers:
        shapes = ", ".join(str(tuple(one.shape)) for one in held)
        text = f"expected W and b of {layers} layers among the parameters, got shapes {shapes or 'none'}"
        raise CheckFailure(text, Counterexample(case.label, 0, "parameters()"))
    names = {name: by_rank[name[0]][int(name[1:])] for name in case.attributes}
    for name, remote in names.items():
        if tuple(remote.shape) != case.attributes[name].shape:
            text = f"{name}: expected shape {case.attributes[name].shape}, got {tuple(remote.shape)}"
            raise CheckFailure(text, Counterexample(case.label, 0, name))
        remote.data = case.attributes[name]
    return names
