"""The roster: a CSV with a line for each student, and finding the student that a submission's name means."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dlf_grader.classroom.intake import SEPARATORS
from dlf_grader.failures import UsageError

COLUMNS = ("id", "name", "email", "lti")
SHOWN = 5  # problems named at once


@dataclass(frozen=True)
class Student:
    """A line of the roster.

    Attributes:
        id: what names of submissions start with.
        lti: the LTI platform's id of this user.
    """

    id: str
    name: str = ""
    email: str = ""
    lti: str = ""


@dataclass(frozen=True)
class Roster:
    """The students of a class; empty where no roster was given."""

    students: tuple[Student, ...] = ()

    def find(self, name: str) -> Student | None:
        """The student whose id, e-mail or name this is, or whose id it starts with ("ada_late_17" is ada's)."""
        wanted = _folded(name)
        for student in self.students:
            if wanted in (_folded(student.id), _folded(student.email), _folded(student.name)):
                return student
        longest_first = sorted(self.students, key=lambda student: len(student.id), reverse=True)
        return next((s for s in longest_first if wanted.startswith(tuple(_folded(s.id) + c for c in SEPARATORS))), None)


def read_roster(path: Path) -> Roster:
    """Read a roster: a header with `id`, and `name`, `email`, `lti` where there are any; other columns are free.

    Raises:
        UsageError: it cannot be read, or lines of it are wrong; they are named.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = [column.strip().lower() for column in next(reader, [])]
            if "id" not in header:
                raise UsageError(
                    f"{path}:1: expected a column `id` in the header, got {', '.join(header) or 'nothing'}"
                )
            lines = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except OSError as error:
        raise UsageError(f"{path}: the roster cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: the roster is not UTF-8 text (byte {error.start}); save it as CSV UTF-8") from None
    except csv.Error as error:
        raise UsageError(f"{path}:{reader.line_num}: not CSV: {error}") from None
    return Roster(_students(path, header, lines))


def _students(path: Path, header: list[str], lines: Sequence[tuple[int, list[str]]]) -> tuple[Student, ...]:
    students: dict[str, Student] = {}
    first_line: dict[str, int] = {}
    problems = []
    for number, row in lines:
        if len(row) != len(header):
            problems.append(f"{path}:{number}: expected {len(header)} columns, got {len(row)}")
            continue
        cells = {column: cell.strip() for column, cell in zip(header, row, strict=True) if column in COLUMNS}
        key = _folded(cells["id"])
        if not key:
            problems.append(f"{path}:{number}: the id is empty")
        elif key in students:
            problems.append(f"{path}:{number}: the id {cells['id']!r} is in line {first_line[key]} already")
        else:
            students[key], first_line[key] = Student(**cells), number
    if problems:
        more = [f"and {len(problems) - SHOWN} more"] if len(problems) > SHOWN else []
        raise UsageError("\n".join(problems[:SHOWN] + more))
    return tuple(students.values())


def _folded(text: str) -> str:
    """Text as names are compared: composed, without case, spaces trimmed."""
    return unicodedata.normalize("NFC", text).casefold().strip()
