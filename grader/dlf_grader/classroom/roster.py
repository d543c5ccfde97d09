"""The roster: a table with a line for each student, as any platform exports it; columns are found by their names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from dlf_grader.classroom.columns import PARTICIPANT, about_of, folded, left, remarks_in
from dlf_grader.classroom.tables import IDS, NUMBERED, Table, read_table
from dlf_grader.failures import UsageError

SHOWN = 5  # problems named at once
SEVERAL = ("email", "group")  # of these a student may have more than one
STAFF = re.compile(
    r"teacher|instructor|\bta(?:enrollment)?\b|assistant|tutor|grader|dozent|lehrende|leitung|prof|docent|staff|admin"
    r"|observer|beobacht|designer|enseignant|formateur|ayudant|monitor|lärare|lehrer|leraar|opettaja|nauczyciel|prowadz"
    r"|učitel|vyučuj|öğretmen|преподават|викладач|教師|教员|教师|助教|강사|조교",
    re.IGNORECASE,
)
NOBODY = re.compile(
    r"(?:test student|student, test|points possible|teststudent.*|student view|max(?:imum)? points|demo student)",
    re.IGNORECASE,
)
IS_STUDENT = re.compile(r"student|studier|teilnehm|tudiant|estudiante|alumn", re.IGNORECASE)
INVISIBLE = "\u200b\u200e\u200f\u2060\ufeff \t\u00a0"  # what is copied along with a cell of a page
CUT_OFF = re.compile(r"\d[.,]\d+E\+\d+", re.IGNORECASE)  # 4711001234567 as Excel shows it
SUMMARY = re.compile(
    r"(?:(?:overall|class|course|group|grand) )?(?:average|mean|median|total|totals|sum|count|minimum|maximum)"
    r"|max(?:imum|imale|\.)? ?(?:points|punkte|punktzahl|score)|weights?|weighting|gewichtung|out of"
    r"|(?:gesamt)?(?:durchschnitt|mittelwert|summe|anzahl)|moyenne.*|promedio.*|media|gemiddelde|średnia|medel(?:värde)?",
    re.IGNORECASE,
)  # in the place of a name, where a row has nothing else that a person has


@dataclass(frozen=True)
class Student:
    """A line of the roster.

    Attributes:
        id: what the student is called here.
        lti: the LTI platform's id of this user.
        also: logins and numbers besides the id.
        participant: Moodle's number of the student in one assignment.
        groups: which the student is a member of.
        left: what the roster says of somebody who takes no part any more, "Withdrawn".
        handed_in: when, as the worksheet of one assignment writes it.
    """

    id: str
    name: str = ""
    email: str = ""
    lti: str = ""
    also: tuple[str, ...] = ()
    participant: str = ""
    groups: tuple[str, ...] = ()
    left: str = ""
    handed_in: str = ""


@dataclass(frozen=True)
class Roster:
    """The students of a class; empty where no roster was given.

    Attributes:
        read_as: how the file was understood, for a person to see.
        called: what the store calls those whom the file calls by another id.
    """

    students: tuple[Student, ...] = ()
    read_as: str = ""
    called: Mapping[str, str] = field(default_factory=dict)


def read_roster(path: Path) -> Roster:
    """Read a roster or a gradebook as a platform exports it.

    Raises:
        UsageError: it cannot be read, or lines of it are wrong; they are named.
    """
    table = read_table(path)
    kinds = table.kinds()
    names = [folded(table.header[at]) for at, kind in kinds.items() if kind not in SEVERAL]
    if doubled := next((name for name in names if names.count(name) > 1), None):
        raise UsageError(f"{path}: the column {doubled!r} is there twice; leave one")
    students = _students(path, table, kinds)
    columns = ", ".join(table.header[at].strip().lstrip("\ufeff") for at in kinds)
    texts = remarks_in(kinds, table.rows)
    remarks = [f"line {line}, {' '.join(row).strip()[:40]!r}" for line, row in table.rows if line in texts]
    nobody = f"; nobody is meant by {' and '.join(remarks[:SHOWN])}" if remarks else ""
    return Roster(students, f"{table.read_as()}; columns {columns}{nobody}")


def _students(path: Path, table: Table, kinds: dict[int, str]) -> tuple[Student, ...]:
    students: dict[str, Student] = {}
    first_line: dict[str, int] = {}
    problems = []
    for number, cells in _cells(table, kinds):
        if isinstance(cells, str):
            problems.append(f"{path}:{number}: {cells}")
            continue
        student = _student(cells)
        if student is None:
            problems.append(f"{path}:{number}: the id is empty")
            continue
        key = folded(student.id)
        if key not in students:
            students[key], first_line[key] = student, number
        elif _same(student) != _same(students[key]) or len(cells) < 2:
            problems.append(f"{path}:{number}: the id {student.id!r} is in line {first_line[key]} already")
        else:  # the same line again, from another group or section
            groups = dict.fromkeys((*students[key].groups, *student.groups))
            students[key] = replace(students[key], groups=tuple(groups), left=students[key].left and student.left)
    if problems:
        more = [f"and {len(problems) - SHOWN} more"] if len(problems) > SHOWN else []
        raise UsageError("\n".join(problems[:SHOWN] + more))
    return tuple(students.values())


def _same(student: Student) -> tuple[str, str]:
    """What lines about one person have in common, from each of several groups or sections."""
    return folded(student.name), folded(student.email)


def _cells(table: Table, kinds: dict[int, str]) -> Iterator[tuple[int, dict[str, list[str]] | str]]:
    """What each row says, by kind; or what is wrong with it. Rows that are nobody are left out."""
    width = max(kinds) + 1
    about = about_of(table.header)
    canvas = {"section"} & {folded(name) for name in table.header} and {"name", "last"} & set(kinds.values())
    texts = remarks_in(kinds, table.rows)
    for number, row in table.rows:
        if number in texts:
            continue
        if len(row) < width or any(cell.strip() for cell in row[len(table.header) :]):
            yield number, f"expected {len(table.header)} columns, got {len(row)}"
            continue
        cells: dict[str, list[str]] = {}
        for at, kind in kinds.items():
            value = _plain_value(row[at], kind)
            if value:
                cells.setdefault(kind, []).append(value)
        name = " ".join(cells.get("name") or [*cells.get("first", []), *cells.get("last", [])])
        roles = " ".join(cells.get("role", []))
        staff = STAFF.search(roles) and not IS_STUDENT.search(roles)
        summary = SUMMARY.fullmatch(name) and not {*NUMBERED} & set(cells)
        if NOBODY.fullmatch(name) or staff or summary:
            continue
        if not cells and canvas:
            continue  # "Manual Posting" and the like
        cells |= {"left": [said]} if (said := left(about, row)) else {}
        cells |= {"handed_in": [row[about["handed_in"]]]} if "handed_in" in about else {}
        cut = next((value for kind in NUMBERED for value in cells.get(kind, []) if CUT_OFF.fullmatch(value)), None)
        yield number, cells if cut is None else f"a spreadsheet cut a number off, {cut}: export the roster again"


def _student(cells: dict[str, list[str]]) -> Student | None:
    cells = dict(cells)
    participant = ""
    for kind in ("participant", "id", "name"):
        for value in cells.get(kind, []):
            found = PARTICIPANT.fullmatch(value)
            if found and (kind != "name" or len(found["number"]) > 1):
                participant = found["number"]
                if kind == "id":
                    cells["participant"] = [value]
                    cells["id"] = [other for other in cells["id"] if other != value]
    particles = [value for value in cells.get("particle", []) if value.islower()]  # "van den", no "Dr."
    given = [*cells.get("first", []), *particles, *cells.get("last", [])]
    names = [*cells.get("name", []), *(value for value in cells.get("id", []) if " " in value)]  # as GitHub's may be
    name = " ".join(given) or next(iter(names), "")
    cells["name"] = [name] if name else []
    values = [value for kind in IDS for value in cells.get(kind, [])]
    if not values:
        return None
    also = [
        value for kind in ("login", "id", "number", "github") for value in cells.get(kind, []) if value != values[0]
    ]
    also += cells.get("email", [])[1:]  # another address of theirs
    groups = [part.strip() for cell in cells.get("group", []) for part in re.split(r"[,;]", cell) if part.strip()]
    return Student(
        values[0],
        name,
        next(iter(cells.get("email", [])), ""),
        next(iter(cells.get("lti", [])), ""),
        tuple(dict.fromkeys(also)),
        participant,
        tuple(groups),
        *(next(iter(cells.get(kind, [])), "") for kind in ("left", "handed_in")),
    )


def _plain_value(cell: str, kind: str) -> str:
    """A cell's value: the address alone of "Anna <am@uni.example>", and the number of "4711.0"."""
    value = _unprotected(cell)
    if kind == "email" and (found := re.search(r"[^\s<>:;,]+@[^\s<>:;,]+", value)):
        return found[0]
    return re.sub(r"^(\d+)\.0+$", r"\1", value) if kind in ("id", "number") else value


def _unprotected(cell: str) -> str:
    """A cell's value, without what keeps spreadsheets from changing it: `="0047"`, `'0047`, `#0047`."""
    value = cell.strip(INVISIBLE).strip()
    if found := re.fullmatch(r'="(.*)"', value, re.DOTALL):
        return found[1].strip()
    return value.removeprefix("#") if not value.startswith("'") else value[1:]


def student_in(table: Table, kinds: dict[int, str], row: list[str]) -> Student | None:
    """Who is meant by one row of a table; None where it is nobody."""
    one = replace(table, rows=((0, row),))
    found = [cells for _, cells in _cells(one, kinds) if isinstance(cells, dict)]
    return _student(found[0]) if found else None
