"""An optimiser under test: arrays that lie in the worker, stepped by gradients that are sent from here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.case import Answer, Array, Case
from dlf_grader.instruments.compare import compare
from dlf_grader.instruments.mistakes.mistake import mistake, of_case
from dlf_grader.instruments.subjects.subject import Subject
from dlf_grader.instruments.written import written
from dlf_grader.report import Diagnosis
from dlf_grader.sandbox.protocol import Call, Get, Handle, Operation, Put, Set
from dlf_grader.sandbox.proxy import Submission

SMALL = 2  # numbers of a case that a second object repeats
UPDATES = "the sequence of updates"
LONGEST = 8  # steps that a replay writes out


@dataclass(frozen=True, kw_only=True)
class Optimiser(Subject):
    """A class that is built on arrays, and whose `step(grads)` moves them in place.

    A case's `inputs` are the arrays, its `init` the options. Its `attributes` hold "optimiser", a name that the oracle
    knows; "lrs", the learning rate of each step; and "grads", the gradients of each step, or a "loss" and its "data",
    from which PyTorch takes them. The oracle gives "steps" and "grads": for each step, an array for each parameter.
    """

    whole: str = UPDATES

    def run(self, submission: Submission, case: Case, tensors: Sequence[str]) -> Iterator[Answer]:
        steps = take_steps(submission, self, case)
        if sum(w.size for w in case.inputs) <= SMALL:
            _same_again(steps, take_steps(submission, self, case), self.name, len(case.inputs))
        yield trajectory(case.inputs, steps)

    def complete(self, ctx: Context, cases: list[Case]) -> list[Case]:
        """The cases with their gradients, taken where PyTorch's own parameters are."""
        asked = [case for case in cases if "grads" not in case.attributes]
        found = iter(super().expected(ctx, asked) if asked else ())
        return [case if "grads" in case.attributes else _with(case, next(found)["grads"]) for case in cases]

    def expected(self, ctx: Context, cases: Sequence[Case]) -> list[Answer]:
        answers = super().expected(ctx, cases)
        return [trajectory(case.inputs, answer["steps"]) for case, answer in zip(cases, answers, strict=True)]

    def code(self, module: str, case: Case, tensors: Sequence[str]) -> str:
        grads, lrs = case.attributes.get("grads"), case.attributes["lrs"]
        if grads is None or len(grads) > LONGEST:
            return ""
        options = "".join(f", {option}={value!r}" for option, value in case.init.items())
        lines = ["import numpy as np", f"from {module} import {self.name}", ""]
        lines += [f"params = [{', '.join(map(written, case.inputs))}]", f"optimiser = {self.name}(params{options})"]
        rate = lrs[0]
        for gradients, lr in zip(grads, lrs, strict=True):
            lines += [f"optimiser.lr = {lr!r}"] if lr != rate else []
            lines += [f"optimiser.step([{', '.join(map(written, gradients))}])", "print(params)"]
            rate = lr
        return "\n".join(lines)


def _with(case: Case, grads: Any) -> Case:
    return replace(case, attributes=case.attributes | {"grads": grads})


def _same_again(first: list[list[Any]], again: list[list[Any]], name: str, count: int) -> None:
    """Fail unless a second object, built anew on the same numbers, goes the same way."""
    for step, (one, other) in enumerate(zip(first, again, strict=True), start=1):
        for at, (w, v) in enumerate(zip(one, other, strict=True)):
            if compare("", v, w) is not None and np.isfinite(w).all():
                text = f"{_name(at, step, count)} differs for a second {name} that starts with the same numbers"
                raise CheckFailure(text, diagnosis=(SHARED_STATE,))


def take_steps(submission: Submission, optimiser: Optimiser, case: Case) -> list[list[Any]]:
    """Build the learner's optimiser on arrays over there and step it, in one message; the arrays after every step."""
    arrays = [submission.reserve("parameter") for _ in case.inputs]
    stepped = submission.reserve(optimiser.name)
    operations: list[Operation] = [Put(at, w) for at, w in zip(arrays, case.inputs, strict=True)]
    operations.append(Call(0, optimiser.name, [[Handle(at) for at in arrays]], case.init, keep=stepped))
    read: list[int] = []
    rate = case.init.get("lr")
    for gradients, lr in zip(case.attributes["grads"], case.attributes["lrs"], strict=True):
        if rate is not None and lr != rate:
            operations.append(Set(stepped, "lr", lr))
            rate = lr
        operations.append(Call(stepped, "step", [gradients]))
        read.append(len(operations))
        operations += [Get(at, "") for at in arrays]
    values = submission.many(operations)
    return [values[at : at + len(arrays)] for at in read]


def trajectory(start: Sequence[Array], steps: Sequence[Sequence[Any]]) -> Answer:
    """Every parameter after every step by name, and under `UPDATES` how far each step moved each number."""
    answer: Answer = {
        _name(at, step, len(start)): w for step, row in enumerate(steps, start=1) for at, w in enumerate(row)
    }
    flat = [np.concatenate([np.ravel(w) for w in row]) for row in (start, *steps)]
    if all(numbers.shape == flat[0].shape for numbers in flat):  # a learner may have resized an array
        with np.errstate(all="ignore"):
            answer[UPDATES] = np.diff(np.array(flat), axis=0)
    return answer


def _name(at: int, step: int, count: int) -> str:
    return f"w after step {step}" if count == 1 else f"params[{at}] after step {step}"


def _no_updates(case: Case) -> Array:
    return np.zeros((len(case.attributes["lrs"]), sum(w.size for w in case.inputs)))


SHARED_STATE = Diagnosis(
    "shared-state", "Two optimisers share one state: create it in __init__ and store it on self, not on the class."
)
NOT_IN_PLACE = mistake(
    "not-in-place",
    UPDATES,
    of_case(_no_updates),
    "The caller's arrays did not change: `w = w - ...` makes a new array. Write into the old one with `w -= ...`.",
)
