"""Which place of a learner's files a failure points to, read and not run: where what is wrong got its value."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

from dlf_grader.failures import CheckFailure, LearnerError
from dlf_grader.frames import Frame
from dlf_grader.model import Check
from dlf_grader.run.reading.assigned import quoted, where_assigned, where_attribute_assigned
from dlf_grader.run.reading.excerpts import innermost_written
from dlf_grader.run.reading.givers import Place, line_of, place_of
from dlf_grader.run.reading.lacking import (
    lacks_return,
    where_drawn_elsewhere,
    where_float64_is_made,
    where_it_ends,
    where_returned,
)
from dlf_grader.run.reading.reached import Known, given_in, returns_of
from dlf_grader.run.reading.returned import function_of_gradients, returns_said
from dlf_grader.run.reading.slips import slips_in
from dlf_grader.run.reading.source import Function, Source

OF_AN_EDIT = re.compile(r"Your numbers are those of ([\w.]+) with (?:all of )?`([^`]+)`")  # as in edit_words
_SEED = re.compile(r"\bseeds?\b")  # what is drawn does not follow from the generator
_OF_TWO_CALLS = ("another after", "after a second step")  # what an earlier call left behind is set elsewhere
Spot: TypeAlias = tuple[str, int, Sequence[int]]  # a file, a line, and the expression on it: a Place, or nothing


def fault_of(check: Check, error: CheckFailure, source: Source, target: str) -> Place | None:
    """The one place in the function of a check that its failure is about; None where no one place is certain.

    Args:
        source: of the file in which the target stands.
        target: the function that the failure is about.
    """
    for diagnosis in error.diagnosis:
        if (said := OF_AN_EDIT.match(diagnosis.text)) and (place := quoted(source, said[1], said[2])):
            return place
    function = source.function(check.target)
    if slip := next(slips_in(function), None):
        return place_of(slip.statement)
    if _SEED.search(str(error)) and (place := where_drawn_elsewhere(source, target)):
        return place
    if error.attribute:
        return where_attribute_assigned(source, target, error.attribute)
    wrong = error.counterexample
    if wrong is None or any(words in str(error) for words in _OF_TWO_CALLS):
        return None
    found = {diagnosis.id for diagnosis in error.diagnosis}
    if "nothing" in found and lacks_return(source, target, wrong.tensor):
        return where_it_ends(source, target)
    ends = {first: line for file, first, line in error.ends if source.path.endswith(f"/{file}")}
    known = Known(given_in(wrong.code), ends)
    if "swapped" in found or str(error).startswith(f"{target} should return "):
        return where_returned(source, target, known)
    if "dtype-lost" in found and (place := where_float64_is_made(source, target)):
        return place
    shape = isinstance(wrong.yours, str) and wrong.yours.startswith("(")
    modified, index = "input-modified" in found, wrong.index
    return where_assigned(source, target, wrong.tensor, shape=shape, modified=modified, known=known, index=index)


def target_of(check: Check, error: Exception, source: Source) -> str:
    """The function that a failure is about: a gradient comes from `backward`, what forward returns from `forward`."""
    if isinstance(error, CheckFailure) and error.target:
        return error.target
    wrong = error.counterexample if isinstance(error, CheckFailure) else None
    owner, _, method = check.target.rpartition(".")
    raised = error.__cause__ if isinstance(error, CheckFailure) else error
    if owner and isinstance(raised, LearnerError) and raised.call.startswith(f"{owner}("):
        return f"{owner}.__init__"
    if wrong is None or source.problem or not wrong.tensor:
        return check.target
    other = {"forward": f"{owner}.backward", "backward": f"{owner}.forward"}.get(method, "")
    function = source.function(other)
    if function is None:
        return check.target
    if wrong.tensor.startswith("dL_d"):
        return other if method == "forward" else check.target
    return other if method == "backward" and wrong.tensor in returns_said(function) else check.target


def raised_at(
    check: Check,
    error: Exception,
    frames: Sequence[Frame],
    lines_of: Mapping[str, Collection[int]],
    graded: tuple[Source, str],
) -> Spot | None:
    """Where the learner's code raised, or called what did; None where all of that was handed out.

    Args:
        lines_of: of each file that was handed out, the lines that the learner wrote; all of any other is theirs.
        graded: the file and name of the function that is checked. What another file raises is most likely due to what
            that function handed over.
    """
    written = {path: frozenset(lines) for path, lines in lines_of.items()}
    raised = error.__cause__ if isinstance(error, CheckFailure) else error
    if isinstance(raised, LearnerError) and raised.kind == "RecursionError" and (again := _repeated(frames)):
        frames = again
    frame = innermost_written(frames, written)
    source, target = graded
    of_import = isinstance(raised, LearnerError) and raised.call.startswith("importing ")
    if frame is None or frame.file == source.path or not isinstance(raised, LearnerError) or of_import:
        return None if frame is None else (frame.file, frame.line, frame.expression)
    here = innermost_written([each for each in frames if each.file == source.path], written)
    if here is not None:
        return here.file, here.line, ()
    place = _handed_over(source.function(target), backward=".backward(" in raised.call)
    return (source.path, place[0], ()) if place else (frame.file, frame.line, ())


def _repeated(frames: Sequence[Frame]) -> list[Frame]:
    """The frame that comes again and again, where a function calls itself."""
    counted = Counter((each.file, each.line, each.function) for each in frames)
    often = max(counted.values(), default=0)
    return [each for each in frames if often > 1 and counted[each.file, each.line, each.function] == often][-1:]


def _handed_over(function: Function | None, *, backward: bool) -> Place | None:
    """The line of what a function returned: of an operation, where a gradient was asked for, what that returned."""
    if function is None:
        return None
    inner = function_of_gradients(function) if backward else None
    if inner is not None and not isinstance(inner, Function):
        return line_of(inner.body)
    ends = returns_of(inner or function)
    return line_of(ends[0]) if len(ends) == 1 else line_of(inner or function)
