"""A function under test, called with a case's arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dlf_grader.instruments.case import Answer, Case
from dlf_grader.instruments.names import named
from dlf_grader.instruments.subjects.subject import Subject
from dlf_grader.instruments.written import written
from dlf_grader.sandbox.proxy import Submission


@dataclass(frozen=True, kw_only=True)
class Function(Subject):
    """A function of an exercise.

    Attributes:
        arguments: the positional arguments' names; a case's `inputs` are those, its `init` those by keyword.
        results: names of what it returns, more than one as a tuple.
        call: calls it on a case, and returns its results by name, where that takes more than the arguments.
        asked: the oracle's arguments; by default the function's own.
        in_float64: the arguments that are float64, whatever the dtype of the others is.
    """

    arguments: tuple[str, ...] = ()
    results: tuple[str, ...]
    call: Callable[[Submission, Case], Iterator[Answer]] | None = None
    asked: Callable[[Case], dict[str, Any]] | None = None
    in_float64: tuple[str, ...] = ()

    def run(self, submission: Submission, case: Case, tensors: Sequence[str]) -> Iterator[Answer]:
        if self.call is not None:
            yield from self.call(submission, case)
        else:
            yield self.named(submission.call(self.name, *case.inputs, **case.init))

    def question(self, case: Case) -> dict[str, Any]:
        if self.asked is not None:
            return self.asked(case)
        return dict(zip(self.arguments, case.inputs, strict=True)) | case.init

    def named(self, returned: Any) -> Answer:
        """What the learner's function returned, by name."""
        if len(self.results) == 1:
            return {self.results[0]: returned}
        return named(self.results, returned, self.name)

    def code(self, module: str, case: Case, tensors: Sequence[str]) -> str:
        if self.call is not None:
            return ""
        lines = ["import numpy as np", f"from {module} import {self.name}", ""]
        lines += [f"{name} = {written(value)}" for name, value in zip(self.arguments, case.inputs, strict=True)]
        keywords = [f"{name}={written(value)}" for name, value in case.init.items()]
        return "\n".join([*lines, f"print({self.name}({', '.join([*self.arguments, *keywords])}))"])
