"""Expressions on the learner's Tensors as programs, run in the worker in two messages and replayed by PyTorch.

A program is a list of steps (result, operation, arguments, keyword arguments). The argument "$a" is the Tensor of that
name; {"slice": [start, stop, step]} is a slice, {"index": [...]} an index of several parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlf_grader.failures import CheckFailure, LearnerError
from dlf_grader.instruments.case import BY_HAND, Answer, Array, Case, RngFor, in_words
from dlf_grader.instruments.subjects.expression import FUNCTIONS, IN_PLACE, expression, lines
from dlf_grader.instruments.subjects.subject import Subject
from dlf_grader.instruments.written import written
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.protocol import Call, Get, Handle, Operation
from dlf_grader.sandbox.proxy import Remote, Submission, describe_value

OPERATORS = frozenset({"add", "sub", "mul", "truediv", "pow", "matmul", "neg", "getitem"} | IN_PLACE.keys())
CUT_OFF = Diagnosis(
    "cut-off", "The graph is cut on the way: compute with the Tensors themselves, not with their data, nor detached."
)
Step = tuple[str, str, list[Any], dict[str, Any]]
Cases = Callable[[RngFor], Sequence[Case]]


def step(operation: str, *arguments: Any, to: str = "y", **keywords: Any) -> Step:
    """One operation; its result is called `to`."""
    return (to, operation, list(arguments), keywords)


def program(
    steps: Sequence[Step],
    leaves: Mapping[str, Array],
    upstream: Array | None,
    *traits: str,
    constants: Sequence[str] = (),
) -> Case:
    """A case: leaves, what is computed of them, and the gradient that `backward` starts from."""
    init = {"steps": [list(one) for one in steps], "constants": list(constants)}
    first = (next(iter(leaves.values())),)
    words = (f"{name} {_described(value)}" for name, value in leaves.items())
    return Case(", ".join([expression(steps), *words]), first, init, dict(leaves), upstream, frozenset(traits))


def described(value: Any) -> str:
    """What came in place of a Tensor."""
    return f"an object of type {value.type_name}" if isinstance(value, Remote) else describe_value(value)


def _described(value: Array) -> str:
    return f"= {in_words(value)}" if value.size <= BY_HAND else f"of shape {value.shape}"


def check_connected(y: Remote, leaves: Sequence[str], case: str) -> None:
    """Fail where a result requires no gradient, though it was computed from leaves that do."""
    with suppress(LearnerError):
        if leaves and y.requires_grad is False:
            text = f"y requires no gradient, and so does not depend on {' or '.join(leaves)}"
            raise CheckFailure(text, Counterexample(case, 0, "y"), (CUT_OFF,))


@dataclass(frozen=True, kw_only=True)
class Program(Subject):
    """Programs on the learner's Tensors: the value of each, and the gradient of every leaf."""

    name: str = "Tensor"
    oracle: str | Callable[[Case], Answer] = "dlf_reference.oracles.m5:program"

    def run(self, submission: Submission, case: Case, tensors: Sequence[str]) -> Iterator[Answer]:
        recording = Recording(submission, case)
        yield {"y": recording.value()}
        try:
            gradients = recording.gradients()
        except LearnerError:
            if CUT_OFF in self.errors_know:
                check_connected(recording.names[case.init["steps"][-1][0]], recording.leaves, case.label)
            raise
        yield gradients

    def explain_error(self, error: LearnerError) -> tuple[Diagnosis, ...]:
        """The misfit where `backward` raises ValueError, as it does if a gradient's shape cannot be right."""
        misfits = tuple(mistake for mistake in self.errors_know if mistake is not CUT_OFF)
        return misfits if error.kind == "ValueError" and "backward" in error.call else ()

    def code(self, module: str, case: Case, tensors: Sequence[str]) -> str:
        constants = case.init["constants"]
        found = ["import numpy as np", f"from {module.rpartition('.')[0]}.tensor import Tensor"]
        used = sorted(FUNCTIONS & {operation for _, operation, _, _ in case.init["steps"]})
        found += [f"from {module} import {name}" for name in used]
        found += ["", *(f"{n} = Tensor({written(x)}, {n not in constants})" for n, x in case.attributes.items())]
        found += lines(case.init["steps"], written)
        found.append("print(y)")
        found.append("y.backward()" if case.upstream is None else f"y.backward({written(case.upstream)})")
        return "\n".join([*found, *(f"print({name}.grad)" for name in case.attributes if name not in constants)])


class Recording:
    """A program recorded on the learner's Tensors, which stay in the worker.

    Raises:
        CheckFailure: an operation gave something else than a Tensor.
        LearnerError, NotWritten: it raised.
    """

    def __init__(self, submission: Submission, case: Case, dtype: str = "float64") -> None:
        self.submission, self.case, self.dtype = submission, case, dtype
        self.names: dict[str, Remote] = {}
        self.operations: list[Operation] = []
        for name, value in case.attributes.items():
            wanted = {"requires_grad": name not in case.init["constants"]}
            self._keep(name, Call(0, "Tensor", [self._value(value)], wanted))
        for result, operation, arguments, keywords in case.init["steps"]:
            self._keep(result, self._call(operation, [self._value(a) for a in arguments], keywords))
        created = dict(zip(self.names, submission.many(self.operations), strict=True))
        for one in case.init["steps"]:
            result = created[one[0]]  # of a class of its own, perhaps
            if not isinstance(result, Remote) or not {"backward", "zero_grad"} <= set(result.handle.methods):
                raise CheckFailure(f"{expression([one])} should give a Tensor, got {described(result)}")

    @property
    def leaves(self) -> list[str]:
        """Those that require a gradient."""
        return [name for name in self.case.attributes if name not in self.case.init["constants"]]

    def number(self, name: str) -> int:
        """The worker's number for a Tensor."""
        return self.names[name].handle.number

    def backward(self, *then: Operation) -> list[Any]:
        """Call `backward` of the last result, then do what else is asked; what that gives."""
        upstream = [] if self.case.upstream is None else [self._value(self.case.upstream)]
        call = Call(self.number(self.case.init["steps"][-1][0]), "backward", upstream)
        return self.submission.many([call, *then])[1:]

    def read(self, attribute: str, *names: str) -> list[Any]:
        """An attribute of these Tensors now, "grad" or "data"."""
        return self.submission.many([Get(self.number(name), attribute) for name in names])

    def value(self) -> Any:
        """The last result's numbers."""
        return self.read("data", self.case.init["steps"][-1][0])[0]

    def gradients(self) -> Answer:
        """Every leaf's gradient, after one call of `backward`."""
        found = self.backward(*(Get(self.number(name), "grad") for name in self.leaves))
        return {f"dL_d{name}": grad for name, grad in zip(self.leaves, found, strict=True)}

    def _keep(self, name: str, call: Call) -> Remote:
        number = self.submission.reserve("Tensor")
        self.operations.append(Call(call.target, call.name, call.args, call.kwargs, keep=number))
        self.names[name] = Remote(self.submission, Handle(number, "Tensor"))
        return self.names[name]

    def _call(self, operation: str, arguments: list[Any], keywords: dict[str, Any]) -> Call:
        if operation in OPERATORS:
            return Call("operator", operation, arguments, keywords)
        if operation in FUNCTIONS:
            return Call(0, operation, arguments, keywords)
        return Call(arguments[0].handle.number, operation, arguments[1:], keywords)

    def _value(self, argument: Any) -> Any:
        if isinstance(argument, str) and argument.startswith("$"):
            return self.names[argument[1:]]
        if isinstance(argument, dict) and "slice" in argument:
            return self._keep(f"slice {len(self.names)}", Call("builtins", "slice", argument["slice"]))
        if isinstance(argument, dict):
            return tuple(self._value(part) for part in argument["index"])
        floating = isinstance(argument, np.ndarray) and argument.dtype.kind == "f"
        return argument.astype(self.dtype) if floating else argument
