"""Folders, archives and notebooks called after the student, or single files `STUDENT_layers.py`; also Stud.IP's.

What a form collects has the name behind: `layers - Anna Muster.py` by Dropbox, `layers_Anna Muster.py` by Microsoft.
"""

from __future__ import annotations

import re

from dlf_grader.classroom.archives import ARCHIVES, CLOSED, SOURCES, Entry
from dlf_grader.classroom.layout import COPY_OF
from dlf_grader.classroom.platforms import Attempt, Claimed, Download, Platform, Who, first
from dlf_grader.classroom.times import from_digits, zone_named

WHOLE = (*ARCHIVES, *CLOSED, ".ipynb")
SEPARATORS = "_-. @"
BEHIND = re.compile(r"(?: - |[_-])(?P<name>.*?\S)(?: ?\((?P<again>\d{1,2})\))?")


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
        student, name, again = _whose(entry, download)
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
        found[entry.path] = Claimed(attempts[source], "" if name == "timestamp.txt" else name, again)
    return found


def student_of(name: str, stems: frozenset[str]) -> str:
    """Whose single file it is: "ada" of ada_conv.py; of ada.py too where only one is asked for; "" if it says not."""
    stem = re.sub(r"\.(?:py|txt|ipynb)", "", name)
    for exercise in sorted(stems, key=len, reverse=True):
        found = re.search(rf"(?:^|[{re.escape(SEPARATORS)}]){re.escape(exercise)}(?=$|[^A-Za-z])", stem, re.IGNORECASE)
        if found:
            return stem[: found.start()].strip(SEPARATORS)
    return stem if len(stems) == 1 else ""


def _whose(entry: Entry, download: Download) -> tuple[str, str, int]:
    """The student, what a file of theirs was called, and how often it was handed in before."""
    folder, name = first(entry.path)
    stems = download.stems
    if name or entry.path.endswith("/"):
        return folder, name, 0
    lower = folder.lower()
    suffix = next((suffix for suffix in WHOLE if lower.endswith(suffix)), "")
    if suffix:
        return folder[: -len(suffix)], folder, 0
    if not lower.endswith((*SOURCES, ".txt")):
        return "", "", 0
    copy = re.match(COPY_OF, folder, re.IGNORECASE)
    begin, folder = (copy[0], folder[copy.end() :]) if copy else ("", folder)
    if student := student_of(folder, stems):
        whole = student == folder[:-3]
        own = f"{next(iter(stems))}.py" if whole else folder[len(student) :].lstrip(SEPARATORS)
        return student, f"{begin}{own}", 0
    stem, _, ending = folder.rpartition(".")
    exercise = next((it for it in sorted(stems, key=len, reverse=True) if stem.startswith(it)), "")
    if exercise and (found := BEHIND.fullmatch(stem.removeprefix(exercise))):
        behind = found["name"]
        if (behind[0].isupper() and " " in behind) or download.known(Who(behind, label=behind)):
            return behind, f"{begin}{exercise}.{ending}", int(found["again"] or 0)
    return "", "", 0


def _stamp(text: str) -> tuple[str, str] | None:
    """A time and its zone's name, as nbgrader and git write them."""
    found = re.fullmatch(
        r"\s*(\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?)(?:\.\d+)?\s*([A-Za-z/_]+|[+-]\d\d:?\d\d)?\s*", text
    )
    return (found[1], found[2] or "") if found else None


PLATFORM = Platform("folders and files called after students", claim)
