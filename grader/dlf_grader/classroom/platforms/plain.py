"""Folders, archives and notebooks called after the student, or single files `STUDENT_layers.py`; also Stud.IP's."""

from __future__ import annotations

import re

from dlf_grader.classroom.archives import ARCHIVES, CLOSED, SOURCES, Entry
from dlf_grader.classroom.platforms import Attempt, Claimed, Download, Platform, Who, first
from dlf_grader.classroom.times import from_digits, zone_named

WHOLE = (*ARCHIVES, *CLOSED, ".ipynb")
SEPARATORS = "_-. @"


def claim(download: Download) -> dict[str, Claimed]:
    """Everything that says whose it is."""
    found = {}
    times = {
        first(entry.path)[0]: stamp
        for entry in download.entries
        if entry.path.count("/") in (1, 2)
        and entry.path.endswith("/timestamp.txt")
        and (stamp := _stamp(download.text(entry)))
    }
    attempts: dict[str, Attempt] = {}
    for entry in download.entries:
        student, name = _whose(entry, download.stems)
        if not student:
            continue
        source = first(entry.path)[0]
        if source == entry.path and not name.lower().endswith(WHOLE):
            source = student  # single files of one student are one submission
        if source not in attempts:
            when = (
                from_digits(times[source][0], zone_named(times[source][1]) or download.zone)
                if source in times
                else None
            )
            attempts[source] = Attempt(source, (Who(student, label=student, group=student),), when)
        found[entry.path] = Claimed(attempts[source], "" if name == "timestamp.txt" else name)
    return found


def student_of(name: str, stems: frozenset[str]) -> str:
    """Whose single file it is: "ada" of ada_conv.py; of ada.py too where only one is asked for; "" if it says not."""
    stem = re.sub(r"\.(?:py|txt|ipynb)", "", name)
    for exercise in sorted(stems, key=len, reverse=True):
        found = re.search(rf"(?:^|[{re.escape(SEPARATORS)}]){re.escape(exercise)}(?=$|[^A-Za-z])", stem, re.IGNORECASE)
        if found:
            return stem[: found.start()].strip(SEPARATORS)
    return stem if len(stems) == 1 else ""


def _whose(entry: Entry, stems: frozenset[str]) -> tuple[str, str]:
    """The student and what a file of theirs was called."""
    folder, name = first(entry.path)
    if name or entry.path.endswith("/"):
        return folder, name
    lower = folder.lower()
    suffix = next((suffix for suffix in WHOLE if lower.endswith(suffix)), "")
    if suffix:
        return folder[: -len(suffix)], folder
    if lower.endswith((*SOURCES, ".txt")):
        student = student_of(folder, stems)
        return student, folder[len(student) :].lstrip(SEPARATORS) if student != folder[
            :-3
        ] else f"{next(iter(stems))}.py"
    return ("", "")


def _stamp(text: str) -> tuple[str, str] | None:
    """A time and its zone's name, as nbgrader and git write them."""
    found = re.fullmatch(
        r"\s*(\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?)(?:\.\d+)?\s*([A-Za-z/_]+|[+-]\d\d:?\d\d)?\s*", text
    )
    return (found[1], found[2] or "") if found else None


PLATFORM = Platform("folders and files called after students", claim)
