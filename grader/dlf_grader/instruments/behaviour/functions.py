"""Behaviour of a function: the dtype that comes in goes out, inputs stay untouched, strides do not matter."""

from __future__ import annotations

from functools import cache

import numpy as np

from dlf_grader.context import Context
from dlf_grader.instruments.behaviour.claims import Claim, fails
from dlf_grader.instruments.case import Answer, Case
from dlf_grader.instruments.compare import as_array, compare
from dlf_grader.instruments.subjects.function import Function
from dlf_grader.sandbox.proxy import Submission


def function_claims(function: Function, submission: Submission, ctx: Context) -> list[Claim]:
    """dtype, inputs and memory, on the last of the function's cases."""
    case = list(function.cases(ctx.rng))[-1]

    @cache
    def exact() -> Answer:
        return function.named(submission.call(function.name, *case.inputs, **case.init))

    return [
        lambda: _keeps_dtype(submission, function, case, exact()),
        lambda: _leaves_inputs_alone(submission, function, case, exact()),
    ]


def _keeps_dtype(submission: Submission, function: Function, case: Case, exact: Answer) -> None:
    cast = [
        x.astype(np.float32) if x.dtype.kind == "f" and name not in function.in_float64 else x
        for name, x in zip(function.arguments, case.inputs, strict=True)
    ]
    for name, value in function.named(submission.call(function.name, *cast, **case.init)).items():
        array = as_array(value)
        if array is None or array.dtype != np.float32:
            got = "something else" if array is None else str(array.dtype)
            raise fails("dtype-lost", f"{name} should be float32 when the inputs are, got {got}", case, name)
        if compare(name, array, exact[name], rtol=1e-3) is not None:
            raise fails("wrong-in-float32", f"{name} in float32 is far from {name} in float64", case, name)


def _leaves_inputs_alone(submission: Submission, function: Function, case: Case, exact: Answer) -> None:
    for strided in (False, True):
        handed = [submission.put(x, strided=strided and x.ndim > 0) for x in case.inputs]
        answer = function.named(submission.call(function.name, *handed, **case.init))
        for name, before, after in zip(function.arguments, case.inputs, handed, strict=True):
            if not np.array_equal(before, after.fetch()):
                raise fails("input-modified", f"{name} was modified in place: the caller's array changed", case, name)
        for name, value in answer.items():
            if strided and (mismatch := compare(name, value, exact[name])) is not None:
                raise fails("not-contiguous", f"{mismatch.text} when the inputs are not contiguous", case, name)
