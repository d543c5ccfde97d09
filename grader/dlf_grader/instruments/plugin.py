"""Declared checks, carried out: each method of `checks` with the subject that a check names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlf_grader.hookspecs import hookimpl
from dlf_grader.model import Check, Measurements

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dlf_grader.context import Context
    from dlf_grader.failures import CheckFailure
    from dlf_grader.report import Diagnosis
    from dlf_grader.sandbox.proxy import Submission


@hookimpl
def dlf_run_check(check: Check, submission: Submission, ctx: Context) -> Measurements | None:
    """Run a check that names a method of ours."""
    if check.method is None:
        return None
    from dlf_grader.instruments.methods import carry_out  # NumPy

    return carry_out(check, submission, ctx)


@hookimpl
def dlf_explain(check: Check, failure: CheckFailure, sources: Mapping[str, str]) -> list[Diagnosis]:
    """Say what an exception of the learner's code means."""
    from dlf_grader.failures import LearnerError
    from dlf_grader.instruments.exceptions import advise

    if not isinstance(failure.__cause__, LearnerError):
        return []
    found = advise(failure.__cause__, sources, check.exercise)
    return [] if found is None else [found]
