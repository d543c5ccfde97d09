"""What to say of a backward that PyTorch refuses: kept numbers that were written over, or a graph that was kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import PurePosixPath

from dlf_reference.training.autopsy.measured import Kept, Place

from dlf_grader.failures import CheckFailure, LearnerError
from dlf_grader.instruments.measured import Replaced, measured
from dlf_grader.instruments.parameters import Inputs
from dlf_grader.instruments.places import line_of
from dlf_grader.report import Diagnosis
from dlf_grader.sandbox.proxy import Remote, Submission
from dlf_grader.sandbox.words import LONGEST_NAME, one_line

OVERWRITES, TWICE = "modified by an inplace operation", "backward through the graph a second time"
PROBE = "dlf_reference.training.autopsy.forward.kept:overwritten"
OVERWRITTEN = Diagnosis(
    "kept-numbers-overwritten",
    "Make a new tensor there: h = h + y in place of h += y, and relu(h) in place of relu_(h) or inplace=True.",
)


@contextmanager
def backward_told(submission: Submission, model: Remote, inputs: Inputs) -> Iterator[None]:
    """Tell what keeps backward from its numbers, where that is why the model raises.

    Raises:
        CheckFailure: something writes over what was kept for it.
    """
    try:
        yield
    except LearnerError as error:
        if OVERWRITES in error.text:
            with suppress(LearnerError, Replaced):
                found = measured(Kept, submission, PROBE, model, *inputs)
                if line := line_of(Place(found.line), submission.file):
                    raise CheckFailure(overwritten(found, line), None, (OVERWRITTEN,), line) from error
        raise


def overwritten(found: Kept, line: int) -> str:
    """That a line writes over what was kept, in words."""
    return f"line {line} writes over numbers that {one_line(found.function, LONGEST_NAME)} has kept for backward"


def named(found: Kept, exercise: str) -> tuple[Diagnosis, int] | None:
    """What is wrong, and its line in an exercise; None where that is not known."""
    line = line_of(Place(found.line), PurePosixPath(exercise).name)
    if not line:
        return None
    if not found.name:
        fact = f"L{overwritten(found, line)[1:]}."
        return Diagnosis(OVERWRITTEN.id, f"{fact} {OVERWRITTEN.text}"), line
    name = one_line(found.name, LONGEST_NAME)
    fact = f"Line {line} keeps {name} for the next batch, with the graph of this one, which backward frees."
    return Diagnosis("graph-kept", f"{fact} Keep the numbers alone: detach() what is kept."), line
