"""Declared checks, carried out: each method of `checks` with the subject that a check names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlf_grader.hookspecs import hookimpl
from dlf_grader.model import Check, Measurements

if TYPE_CHECKING:
    from dlf_grader.context import Context
    from dlf_grader.sandbox.proxy import Submission


@hookimpl
def dlf_run_check(check: Check, submission: Submission, ctx: Context) -> Measurements | None:
    """Run a check that names a method of ours."""
    if check.method is None:
        return None
    from dlf_grader.instruments.methods import carry_out  # NumPy

    return carry_out(check, submission, ctx)
