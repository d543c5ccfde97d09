"""What a measurement of ours found, that was made beside the learner's code."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from dlf_grader.failures import CheckFailure
from dlf_grader.sandbox.proxy import Submission

Kind = TypeVar("Kind")


class Replaced(CheckFailure):
    """The answer has not the form that ours has: the code beside it may have replaced it."""


def measured(kind: type[Kind], submission: Submission, function: str, *given: Any) -> Kind:
    """The answer of a function of ours in the worker.

    Args:
        kind: the form that ours has.
        function: "module:name".

    Raises:
        Replaced: it has another.
    """
    try:
        return msgspec.convert(submission.call(function, *given), kind)
    except msgspec.ValidationError as error:
        what = function.rpartition(":")[2]
        raise Replaced(f"looking into the model gave back no answer of ours to {what!r}: {error}") from None
