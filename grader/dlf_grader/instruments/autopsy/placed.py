"""In which line of forward something happens: what is followed through it, and what is said of the place."""

from __future__ import annotations

from dlf_reference.training.autopsy.measured import Looks, Place

from dlf_grader.instruments.autopsy import reacted
from dlf_grader.sandbox.words import LONGEST_NAME, one_line

LOST = {
    "all": "the input",
    "half": "that half",
    "ids": "the difference",
    "own": "that token",
    "pixels": "the order of the pixels",
}


def part(follows: str, looks: Looks) -> str:
    """What is followed: "half" and "token" stand for the first of those that change nothing."""
    found = {"half": reacted.halves_ignored(looks), "token": reacted.places_ignored(looks)}
    return next(iter(found[follows]), "") if follows in found else follows


def line_of(place: Place, file: str) -> int:
    """The line of a place in a file; 0 where it is not in that file, or not known."""
    found = _where(place)
    return found[1] if found and found[0] == file else 0


def said(follows: str, followed: str, place: Place) -> str:
    """What is known of a place, a sentence; "" where nothing is.

    Args:
        followed: a part of the input, as `part` has it.
    """
    found = _where(place)
    if found is None:
        return ""
    line = f"ine {found[1]} of {found[0]}"
    if follows == "rows":
        return f"Rows first meet in l{line}."
    if follows in ("twice", "batch before"):
        return f"L{line} is the first that gives other numbers."
    lost = LOST.get(follows, followed)
    return f"{lost.capitalize()} is lost in l{line}." if place.loses else f"L{line} is the last that depends on {lost}."


def _where(place: Place) -> tuple[str, int] | None:
    """A file, and the number of a line in it."""
    file, _, line = one_line(place.line, LONGEST_NAME).rpartition(":")
    return (file, int(line)) if file and line.isdecimal() else None
