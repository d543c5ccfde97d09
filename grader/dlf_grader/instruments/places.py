"""In which line of a model's forward something becomes of its input: asked of the worker, and told."""

from __future__ import annotations

import re

from dlf_reference.training.autopsy.measured import Place

from dlf_grader.failures import LearnerError
from dlf_grader.instruments.case import Array
from dlf_grader.instruments.measured import Replaced, measured
from dlf_grader.sandbox.proxy import Remote, Submission
from dlf_grader.sandbox.words import LONGEST_NAME, one_line

COMPARED = "dlf_reference.training.autopsy.forward.compared"
Inputs = tuple[Array, ...]
LOST = {
    "all": "the input",
    "half": "that half",
    "ids": "the difference",
    "own": "that token",
    "pixels": "the order of the pixels",
}


def line_where(happens: str, submission: Submission, model: Remote, one: Inputs, other: Inputs = ()) -> int:
    """The line of the exercise in which something happens to an input; 0 where it is not known.

    Args:
        happens: a function of `compared`, "rows_meet".
        one, other: what forward takes; the second where that function compares two.
    """
    return line_of(place_where(happens, submission, model, one, other), submission.file)


def place_where(happens: str, submission: Submission, model: Remote, one: Inputs, other: Inputs = ()) -> Place:
    """The same, with the function that is called there."""
    try:
        return measured(Place, submission, f"{COMPARED}:{happens}", model, *one, *other)
    except (LearnerError, Replaced):  # what failed is told without it
        return Place("")


def effect_lost(submission: Submission, model: Remote, name: str, seed: int, inputs: Inputs) -> Place:
    """Where the effect of a weight on the logits ends; its line is "" where that is not known."""
    try:
        return measured(Place, submission, f"{COMPARED}:effect_lost", model, name, seed, *inputs)
    except (LearnerError, Replaced):
        return Place("")


def line_of(place: Place, file: str) -> int:
    """The line of a place in a file; 0 where it is not in that file, or not known."""
    found = _where(place)
    return found[1] if found and found[0] == file else 0


def line_told(fact: str, file: str) -> int:
    """The first line of a file that a sentence of ours names, "(lenet.py:40)"; 0 where it names none."""
    found = re.search(rf"\({re.escape(file)}:(\d+)\)", fact)
    return int(found[1]) if found else 0


def said(follows: str, followed: str, place: Place) -> str:
    """What is known of a place, a sentence; "" where nothing is.

    Args:
        follows: as a cause has it.
        followed: the part of the input that is meant, "token 3".
    """
    found = _where(place)
    if found is None:
        return ""
    line = f"ine {found[1]} of {found[0]}"
    if follows == "rows":
        return f"Rows first meet in l{line}."
    if follows.startswith("twice") or follows == "batch before":
        return f"L{line} is the first that gives other numbers."
    lost = LOST.get(follows, followed)
    return f"{lost.capitalize()} is lost in l{line}." if place.loses else f"L{line} is the last that depends on {lost}."


def _where(place: Place) -> tuple[str, int] | None:
    """A file, and the number of a line in it."""
    file, _, line = one_line(place.line, LONGEST_NAME).rpartition(":")
    return (file, int(line)) if file and line.isdecimal() else None
