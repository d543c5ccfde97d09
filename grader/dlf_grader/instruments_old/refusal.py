"""Refusal: a bad input is met with a ValueError that the exercise itself raises, and that says what came.

NumPy raises ValueErrors of its own, about a matmul deep inside; whoever passed the wrong array learns little from one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure, LearnerError, NotWritten
from dlf_grader.instruments_old.layer import Array
from dlf_grader.model import Measurements, RunCheck
from dlf_grader.report import Diagnosis
from dlf_grader.run.sources import read_source
from dlf_grader.sandbox.proxy import Submission

ADVICE = Diagnosis(
    "refusal", "Look at x.shape before anything else, and raise ValueError with the shape expected and the shape got."
)


def refuses(name: str, bad: Sequence[tuple[str, dict[str, Any], Array]]) -> RunCheck:
    """A check that `forward` refuses each bad input.

    Args:
        name: the class.
        bad: (what is wrong, constructor arguments, input).
    """

    def run(submission: Submission, ctx: Context) -> Measurements:
        for what, init, x in bad:
            refused(ctx, what, lambda init=init, x=x: submission.new(name, **init).forward(x), x)  # type: ignore[misc]
        return {"inputs": len(bad)}

    return run


def refused(ctx: Context, what: str, call: Callable[[], Any], *inputs: Array) -> None:
    """Make a call that has to be refused.

    Args:
        what: is wrong with the inputs, for messages.
        call: makes it.
        inputs: the arrays of which the message should name a number.

    Raises:
        CheckFailure: it was not, or not in words that help.
    """
    try:
        call()
    except NotWritten:
        raise
    except LearnerError as error:
        if problem := _unhelpful(ctx, error, inputs):
            raise CheckFailure(f"{what}: {problem}", diagnosis=(ADVICE,)) from error
    else:
        shapes = " and ".join(str(x.shape) for x in inputs)
        raise CheckFailure(f"{what}: an input of shape {shapes} should raise ValueError", diagnosis=(ADVICE,))


def _unhelpful(ctx: Context, error: LearnerError, inputs: Sequence[Array]) -> str:
    """What is wrong with a refusal; "" where nothing is."""
    if error.kind != "ValueError":
        return f"expected ValueError, got: {error}"
    at = error.frames[-1] if error.frames else None
    if at is None or not read_source(ctx.config.tree, at.file).raises_at(at.line):
        return f"expected a ValueError that your code raises, got a library's: {error}"
    told = {int(digits) for digits in re.findall(r"[0-9]{1,9}", error.text)}
    numbers = {number for x in inputs for number in (x.ndim, *x.shape)}
    empty = any(x.size == 0 for x in inputs)  # "got an empty sequence" needs no number
    if not error.text.strip() or not (empty or told & numbers):
        return f"the ValueError should say what was expected and what came, got: {error}"
    return ""
