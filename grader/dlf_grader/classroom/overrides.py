"""`overrides.csv`: what a person decided about single students."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

from dlf_grader.classroom.columns import folded
from dlf_grader.classroom.people import plain
from dlf_grader.classroom.roster import Student
from dlf_grader.classroom.tables import decoded
from dlf_grader.classroom.times import due_time
from dlf_grader.failures import UsageError

COLUMNS = ("student", "extension", "excused", "mark", "reason")
YES = ("yes", "y", "x", "1", "true", "ja", "j", "wahr", "oui", "vrai", "si", "sí", "sì")
NO = ("", "no", "n", "0", "-", "false", "nein", "falsch", "non", "faux")


@dataclass(frozen=True)
class Override:
    """What a person decided about one student.

    Attributes:
        extension: the student's own due time.
        mark: in place of what was earned.
    """

    student: str
    reason: str = ""
    extension: datetime | None = None
    excused: bool = False
    mark: float | None = None


def read_overrides(path: Path, zone: tzinfo, students: Sequence[Student]) -> dict[str, Override]:
    """Read overrides.csv, by folded id.

    Raises:
        UsageError: it cannot be read, or a line is wrong or about nobody.
    """
    found: dict[str, Override] = {}
    known = known_as(students)
    for where, cells in _rows(path):
        made = _override(where, cells, zone, known)
        if folded(made.student) in found:
            raise UsageError(f"{where}: {cells['student']!r} has a line already; write one")
        found[folded(made.student)] = made
    return found


def known_as(students: Iterable[Student]) -> dict[str, set[str]]:
    """The ids of those whom an id, an e-mail or a whole name fits; where an id does, nobody else is meant."""
    known: dict[str, set[str]] = {}
    for student in students:
        for key in {*map(folded, student.also), folded(student.email), plain(student.name)} - {""}:
            known.setdefault(key, set()).add(student.id)
    return known | {folded(student.id): {student.id} for student in students}


def _rows(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Each line that says something, with its place."""
    try:
        text = next(decoded(path.read_bytes()))[0]
    except OSError as error:
        raise UsageError(f"{path}: the overrides cannot be read: {error.strerror}") from None
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
    try:
        columns = [column.strip().casefold() for column in next(reader, [])]
        while columns and not columns[-1]:  # spreadsheets add empty ones
            columns.pop()
        if "student" not in columns or set(columns) - set(COLUMNS) or len(set(columns)) < len(columns):
            got = ", ".join(columns) or "nothing"
            raise UsageError(f"{path}:1: expected the columns {', '.join(COLUMNS)}; got {got}")
        for row in reader:
            cells = [" ".join(cell.split()) for cell in row]
            if any(cells[len(columns) :]):
                raise UsageError(
                    f"{path}:{reader.line_num}: expected {len(columns)} cells, got {len(cells)}; "
                    'one with a comma in it needs quotes, "87,5"'
                )
            if any(cells):
                yield f"{path}:{reader.line_num}", {"student": "", **dict(zip(columns, cells, strict=False))}
    except csv.Error as error:
        raise UsageError(f"{path}:{reader.line_num}: not CSV: {error}") from None


def _override(where: str, cells: dict[str, str], zone: tzinfo, known: dict[str, set[str]]) -> Override:
    student, reason, text = cells["student"], cells.get("reason", ""), cells.get("mark", "")
    fits = sorted(known.get(folded(student)) or known.get(plain(student)) or ())
    if not fits:
        raise UsageError(f"{where}: {student!r} is nobody of this class")
    if len(fits) > 1:
        raise UsageError(f"{where}: {student!r} fits {' and '.join(fits)}; write the id")
    if text and not re.fullmatch(r"\d+(?:[.,]\d+)?", text, re.ASCII):
        raise UsageError(f"{where}: mark {text!r}: expected a number, not below 0")
    excused = cells.get("excused", "").casefold()
    if excused not in (*YES, *NO):
        raise UsageError(f"{where}: excused {excused!r}: expected yes or no")
    if text and excused in YES:
        raise UsageError(f"{where}: {student!r} is excused and has a mark; leave one of them")
    if text and not reason:
        raise UsageError(f"{where}: a mark of your own needs a reason")
    extension = cells.get("extension", "")
    until = due_time(extension, zone) if extension else None
    if extension and until is None:
        raise UsageError(f"{where}: extension {extension!r}: expected a time like 2026-11-24")
    return Override(fits[0], reason, until, excused in YES, float(text.replace(",", ".")) if text else None)
