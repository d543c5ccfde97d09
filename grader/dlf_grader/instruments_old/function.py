"""A function under test: called on cases, compared with PyTorch, and held to the manners of a layer.

Said once for each function, as `Layer` is for a class; `compared` and `polite` make checks of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure, LearnerError, NotWritten
from dlf_grader.instruments.compare import as_array, compare
from dlf_grader.instruments_old.code import written
from dlf_grader.instruments_old.diagnosis import Trial
from dlf_grader.instruments_old.layer import Answer, Case, Misconception, RngFor, named
from dlf_grader.instruments_old.parity import judge, raised_on
from dlf_grader.model import Measurements, RunCheck
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.proxy import Submission


@dataclass(frozen=True)
class Function:
    """A function of an exercise.

    Attributes:
        name: in the exercise.
        oracle: "module:function" in dlf_reference, called with what `question` gives.
        cases: smallest first; `inputs` are a case's positional arguments, `init` those by keyword.
        arguments: the positional arguments' names.
        results: names of what it returns, more than one as a tuple.
        question: the oracle's arguments; by default the function's own.
    """

    name: str
    oracle: str
    cases: Callable[[RngFor], Iterable[Case]]
    arguments: tuple[str, ...]
    results: tuple[str, ...]
    misconceptions: tuple[Misconception, ...] = ()
    question: Callable[[Case], dict[str, Any]] | None = None

    def asked(self, case: Case) -> dict[str, Any]:
        """A case as the oracle's arguments."""
        if self.question is not None:
            return self.question(case)
        return dict(zip(self.arguments, case.inputs, strict=True)) | case.init

    def named(self, returned: Any) -> Answer:
        """What the learner's function returned, by name."""
        if len(self.results) == 1:
            return {self.results[0]: returned}
        return named(self.results, returned, self.name)

    def code(self, module: str, case: Case) -> str:
        """Python that repeats a case on the learner's own file."""
        lines = ["import numpy as np", f"from {module} import {self.name}", ""]
        lines += [f"{name} = {written(value)}" for name, value in zip(self.arguments, case.inputs, strict=True)]
        keywords = [f"{name}={written(value)}" for name, value in case.init.items()]
        return "\n".join([*lines, f"print({self.name}({', '.join([*self.arguments, *keywords])}))"])


def compared(function: Function, *tensors: str) -> RunCheck:
    """A check that a function gives PyTorch's numbers on every case.

    Args:
        function: what is tested.
        tensors: which of its results to compare; all if none is named.
    """

    def run(submission: Submission, ctx: Context) -> Measurements:
        numbered = list(enumerate(function.cases(ctx.rng), start=1))
        cases = [pair for pair in numbered if ctx.only_case in (None, pair[0])]
        expected = ctx.answers(function.oracle, [function.asked(case) for _, case in cases])
        try:
            return _judged(submission, function, cases, expected, tensors or function.results)
        except CheckFailure as failure:
            found = failure.counterexample
            by_number = dict(cases)
            if found is not None and found.number in by_number:
                module = ctx.check.exercise.removesuffix(".py").replace("/", ".")
                failure.counterexample = replace(found, code=function.code(module, by_number[found.number]))
            raise

    return run


def _judged(
    submission: Submission,
    function: Function,
    cases: list[tuple[int, Case]],
    expected: list[Answer],
    tensors: tuple[str, ...],
) -> Measurements:
    trials: list[Trial] = []
    stopped: CheckFailure | None = None
    for (number, case), right in zip(cases, expected, strict=True):
        try:
            returned = submission.call(function.name, *case.inputs, **case.init)
            trials.append(Trial(number, case, function.named(returned), right))
        except NotWritten:
            raise
        except LearnerError as error:
            stopped = raised_on(case, number, error, [trial.case for trial in trials])
            break
    worst = judge(trials, tensors, function.misconceptions)
    if stopped is not None:
        raise stopped
    return {"cases": len(trials), "max rel err": worst}


ADVICE = {
    "dtype-lost": "np.sqrt(d) of an int is a float64, which promotes float32: use math.sqrt, and arrays of x's dtype.",
    "input-modified": "An in-place operation (+=, -=, out=) reached the caller's array; work on a new one.",
    "not-contiguous": "Do not assume how an array lies in memory: reshape instead of setting shape, no raw buffers.",
}


def polite(function: Function) -> RunCheck:
    """A check that the last case's dtype is kept, its inputs are left alone, and strides do not matter."""

    def run(submission: Submission, ctx: Context) -> Measurements:
        case = list(function.cases(ctx.rng))[-1]
        try:
            exact = function.named(submission.call(function.name, *case.inputs, **case.init))
            _keeps_dtype(submission, function, case, exact)
            _leaves_inputs_alone(submission, function, case, exact)
        except NotWritten:
            raise
        except LearnerError as error:
            raise CheckFailure(str(error)) from error
        return {"claims": 3}

    return run


def _fail(name: str, text: str, case: Case, tensor: str) -> CheckFailure:
    return CheckFailure(text, Counterexample(case.label, 0, tensor), (Diagnosis(name, ADVICE[name]),))


def _keeps_dtype(submission: Submission, function: Function, case: Case, exact: Answer) -> None:
    cast = [x.astype(np.float32) if x.dtype.kind == "f" else x for x in case.inputs]
    for name, value in function.named(submission.call(function.name, *cast, **case.init)).items():
        array = as_array(value)
        if array is None or array.dtype != np.float32:
            got = "something else" if array is None else str(array.dtype)
            raise _fail("dtype-lost", f"{name} should be float32 when the inputs are, got {got}", case, name)
        if compare(name, array, exact[name], rtol=1e-3) is not None:
            raise _fail("dtype-lost", f"{name} in float32 is far from {name} in float64", case, name)


def _leaves_inputs_alone(submission: Submission, function: Function, case: Case, exact: Answer) -> None:
    for strided in (False, True):
        handed = [submission.put(x, strided=strided and x.ndim > 0) for x in case.inputs]
        answer = function.named(submission.call(function.name, *handed, **case.init))
        for name, before, after in zip(function.arguments, case.inputs, handed, strict=True):
            if not np.array_equal(before, after.fetch()):
                raise _fail("input-modified", f"{name} was changed in the caller's hands", case, name)
        for name, value in answer.items():
            if strided and (mismatch := compare(name, value, exact[name])) is not None:
                raise _fail("not-contiguous", f"{mismatch.text} when the inputs are not contiguous", case, name)
