"""Expressions on the learner's Tensors as programs, run there in two messages and replayed by PyTorch.

A program is a list of steps (result, operation, arguments, keyword arguments); "$a" stands for the Tensor of that name.
One helper carries every check of an operation: value, and the gradient of each leaf, smallest case first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure, LearnerError, NotWritten
from dlf_grader.instruments_old.diagnosis import Trial
from dlf_grader.instruments_old.layer import Answer, Array, Case, Misconception, RngFor
from dlf_grader.instruments_old.parity import judge, raised_on
from dlf_grader.milestones.m5.writing import as_code, expression
from dlf_grader.model import Diagnosis, Measurements, RunCheck
from dlf_grader.sandbox.protocol import Call, Get, Handle, Operation
from dlf_grader.sandbox.proxy import Remote, Submission

ORACLE = "dlf_reference.oracles.m5:program"
OPERATORS = frozenset({"add", "sub", "mul", "truediv", "pow", "matmul", "neg", "getitem"})
FUNCTIONS = frozenset({"cross_entropy"})
TENSORS = ("y", "dL_da", "dL_db", "dL_dc", "dL_dx")
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
    words = [f"{name} {_described(value)}" for name, value in leaves.items()]
    init = {"steps": [list(one) for one in steps], "constants": list(constants)}
    first = (next(iter(leaves.values())),)
    return Case(", ".join([expression(steps), *words]), first, init, dict(leaves), upstream, frozenset(traits))


def _described(value: Array) -> str:
    if value.size > 4:
        return f"of shape {value.shape}"
    exact = value.astype(int) if np.array_equal(value, np.trunc(value)) else np.round(value, 4)
    return f"= {exact.tolist()}"


class Running:
    """A program's Tensors, over there.

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
        made = dict(zip(self.names, submission.many(self.operations), strict=True))
        wanted_type = next(iter(made.values())).type_name
        for one in case.init["steps"]:
            if made[one[0]].type_name != wanted_type:
                got = made[one[0]].type_name
                raise CheckFailure(f"{expression([one])} should give a {wanted_type}, got an object of type {got}")

    @property
    def leaves(self) -> list[str]:
        """Those that require a gradient."""
        return [name for name in self.case.attributes if name not in self.case.init["constants"]]

    def backward(self) -> None:
        """Call `backward` of the last result."""
        upstream = [] if self.case.upstream is None else [self._value(self.case.upstream)]
        self.submission.many([Call(self._number(self.case.init["steps"][-1][0]), "backward", upstream)])

    def grads(self, *names: str) -> list[Any]:
        """What is in `grad` of these Tensors now."""
        return self.submission.many([Get(self._number(name), "grad") for name in names])

    def value(self) -> Any:
        """The last result's numbers."""
        return self.submission.many([Get(self._number(self.case.init["steps"][-1][0]), "data")])[0]

    def gradients(self) -> Answer:
        """Every leaf's gradient, after one call of `backward`."""
        self.backward()
        return {f"dL_d{name}": grad for name, grad in zip(self.leaves, self.grads(*self.leaves), strict=True)}

    def _number(self, name: str) -> int:
        return self.names[name].handle.number

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
        return (
            argument.astype(self.dtype) if isinstance(argument, np.ndarray) and argument.dtype.kind == "f" else argument
        )


def expected(ctx: Context, cases: Sequence[Case]) -> list[Answer]:
    """PyTorch's answers; the gradient of a leaf that nothing depends on is left out."""
    return ctx.answers(ORACLE, [case.question() for case in cases])


def matches(cases: Cases, *mistakes: Misconception, misfit: Diagnosis | None = None) -> RunCheck:
    """A check that programs give PyTorch's value and gradients.

    Args:
        cases: smallest first.
        mistakes: what people get wrong.
        misfit: what to say where `backward` raises ValueError, as it does when a gradient's shape cannot be right.
    """

    def run(submission: Submission, ctx: Context) -> Measurements:
        numbered = [pair for pair in enumerate(cases(ctx.rng), start=1) if ctx.only_case in (None, pair[0])]
        try:
            return _compared(submission, ctx, numbered, mistakes, misfit)
        except CheckFailure as failure:
            found = failure.counterexample
            if found is not None and found.number in dict(numbered):
                module = ctx.check.exercise.removesuffix(".py").replace("/", ".")
                failure.counterexample = replace(found, code=as_code(module, dict(numbered)[found.number]))
            raise

    return run


def _compared(
    submission: Submission,
    ctx: Context,
    numbered: Sequence[tuple[int, Case]],
    mistakes: Sequence[Misconception],
    misfit: Diagnosis | None,
) -> Measurements:
    answers: list[tuple[int, Case, Answer]] = []
    stopped: CheckFailure | None = None
    for number, case in numbered:
        answer: Answer = {}
        try:
            running = Running(submission, case)
            answer["y"] = running.value()
            answer |= running.gradients()
        except NotWritten:
            raise
        except LearnerError as error:
            stopped = raised_on(case, number, error, [earlier for _, earlier, _ in answers])
            if misfit is not None and error.kind == "ValueError" and "backward" in error.call:
                stopped.diagnosis = (misfit, *stopped.diagnosis)
        if answer:
            answers.append((number, case, answer))
        if stopped is not None:
            break
    right = expected(ctx, [case for _, case, _ in answers])
    trials = [
        Trial(number, case, yours, {name: r[name] for name in yours.keys() & r.keys()})  # y alone, if backward raised
        for (number, case, yours), r in zip(answers, right, strict=True)
    ]
    worst = judge(trials, TENSORS, mistakes, lambda case: expected(ctx, [case])[0])
    if stopped is not None:
        raise stopped
    return {"cases": len(trials), "max rel err": worst}
