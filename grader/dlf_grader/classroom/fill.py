"""`--export canvas=FILE` and the like: the gradebook as the platform exported it, with one column filled in.

The file given as --roster is read again, cell by cell, so that the import finds everybody as the export named them.
A cell without a mark of ours stays as it is.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dlf_grader.classroom.columns import NO, about_of
from dlf_grader.classroom.marks import Mark, highest
from dlf_grader.classroom.roster import student_in
from dlf_grader.classroom.tables import CODE_PAGES, WORKBOOK, Table, read_table
from dlf_grader.failures import UsageError
from dlf_grader.run.reports import replace_file


@dataclass(frozen=True)
class Form:
    """How one platform's import wants its file.

    Attributes:
        column: what the header of an assignment's column matches; the group `most`, if any, is its points.
        excused: what stands for "excused"; "" where the cell stays empty.
        quote_all: every cell is in quotes.
        most_column: header of the column that holds the points possible, where there is one.
    """

    name: str
    column: re.Pattern[str]
    excused: str = ""
    quote_all: bool = False
    most_column: re.Pattern[str] | None = None


@dataclass
class Filled:
    """What was done to a platform's gradebook.

    Attributes:
        students: whose cell was filled, by id.
        kept: who has no mark of ours, and a cell that was not empty before.
        closed: who has a mark of ours, and a grade that the platform lets nobody change.
        scale_known: it says how many points the assignment has.
    """

    students: set[str] = field(default_factory=set)
    kept: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    scale_known: bool = True


IDENTIFYING = {
    "canvas": re.compile(
        r"student|id|sis (?:user|login) id|section|(?:last|first) ?name|integration id|root account", re.IGNORECASE
    ),
    "blackboard": re.compile(r"last name|first name|username|student id|availability|last access", re.IGNORECASE),
    "brightspace": re.compile(r"orgdefinedid|username|last name|first name|email|end-of-line indicator", re.IGNORECASE),
}  # columns that an import needs besides the marks and those that name people; others keep the whole file
EMPTY = ("", "-", "n/a")
GRADE = re.compile(r"grade|mark|bewertung|note|calificación|valutazione|beoordeling|nota|punkte", re.IGNORECASE)
IN_THE_GRADEBOOK = r".+? ?: .+ \((?:real|punkte|brut|reale|werkelijk)\)"  # "Assignment: Week 1 (Real)"
MOST = re.compile(
    r"maximum grade|bestwertung|maximale punkt\w*|note maximale|calificación máxima|maximumcijfer", re.IGNORECASE
)
FORMS = {
    form.name: form
    for form in (
        Form("canvas", re.compile(r".+ \(\d+\)", re.DOTALL), excused="EX"),
        Form("moodle", re.compile(f"{GRADE.pattern}|{IN_THE_GRADEBOOK}", re.IGNORECASE), most_column=MOST),
        Form("blackboard", re.compile(r".+ \[[^\]:]+: (?P<most>[\d.,]+)[^\]]*\] ?\|\d+"), quote_all=True),
        Form("brightspace", re.compile(r".+ Points Grade(?: <.*?MaxPoints:(?P<most>[\d.,]+).*>)?", re.IGNORECASE)),
        Form("sakai", GRADE),
    )
}


def fill(
    form: Form,
    source: Path | None,
    target: Path,
    marks: Mapping[str, Mark],
    title: str,
    called: Mapping[str, str],
) -> Filled:
    """Write a platform's gradebook with the marks in it.

    Args:
        source: the export, which was given as the roster.
        called: what the store calls those whom the export calls by another id.
        title: of the column, where several could be meant; a part of it will do.

    Raises:
        UsageError: it has no such column, or several; or the file cannot be written.
    """
    if source is None:
        raise UsageError(f"--export {form.name}=…: expected the gradebook that {form.name} exported as --roster")
    if target.exists() and target.samefile(source):
        raise UsageError(f"--export {form.name}={target}: this is the --roster itself, of which columns would be lost")
    table = read_table(source)
    if table.encoding.startswith(WORKBOOK) and target.suffix.lower().startswith(".xls"):
        raise UsageError(f"--export {form.name}={target}: it is written as CSV; call it {target.with_suffix('.csv')}")
    column, kinds = _column(form, table, title, source), table.kinds()
    possible, whole = _possible(form, table, column), highest(marks.values())
    rows, done = [list(table.header)], Filled()
    for _, row in table.rows:
        cells = [*row, *[""] * (len(table.header) - len(row))]
        student = student_in(table, kinds, row)
        name = called.get(student.id, student.id) if student else ""
        if (mark := marks.get(name)) is not None:
            most = _row_possible(form, table, cells) or possible
            if mark.value is not None and _is_closed(table, cells):
                done.closed.append(name)
            elif text := _text(form, table, mark, most, whole):
                cells[column] = text
                done.students.add(name)
                done.scale_known = done.scale_known and (mark.excused or most is not None)
            elif cells[column].strip().casefold() not in EMPTY:
                done.kept.append(name)
        rows.append(cells)
    wanted = IDENTIFYING.get(form.name, re.compile(".*", re.DOTALL))
    kept = [at for at, name in enumerate(table.header) if at == column or at in kinds or wanted.fullmatch(_plain(name))]
    _write(form, table, [[row[at] for at in kept] for row in rows], target)
    return done


def _column(form: Form, table: Table, title: str, source: Path) -> int:
    fits = [at for at, name in enumerate(table.header) if form.column.fullmatch(_plain(name))]
    if title:
        fits = [at for at in fits if title.casefold() in table.header[at].casefold()]
    if len(fits) == 1:
        return fits[0]
    names = ", ".join(repr(_plain(table.header[at])) for at in fits[:5])
    if fits:
        raise UsageError(f"{source}: which column gets the marks? Give --column with a part of {names}")
    there = ", ".join(repr(_plain(name)) for name in table.header[:8])
    wish = f" with {title!r}" if title else ""
    raise UsageError(f"{source}: no column of an assignment as {form.name} writes it{wish}; got {there}")


def _possible(form: Form, table: Table, column: int) -> float | None:
    """The points that the platform gives for everything, where it says so for all."""
    found = form.column.fullmatch(_plain(table.header[column]))
    if found and "most" in found.groupdict() and found["most"]:
        return _number(found["most"])
    for _, row in table.rows[:3]:
        if row and row[0].strip().casefold() == "points possible" and column < len(row):
            return _number(row[column])
    return None


def _row_possible(form: Form, table: Table, cells: list[str]) -> float | None:
    if form.most_column is None:
        return None
    at = next((at for at, name in enumerate(table.header) if form.most_column.fullmatch(_plain(name))), None)
    return None if at is None else _number(cells[at])


def _is_closed(table: Table, cells: list[str]) -> bool:
    """Whether a row says that the platform lets nobody change its grade."""
    at = about_of(table.header).get("changeable")
    return at is not None and cells[at].strip().casefold() in NO


def _text(form: Form, table: Table, mark: Mark, possible: float | None, whole: float | None) -> str:
    """A mark as the import reads it: on the platform's scale, with a decimal comma where the file has such."""
    if mark.excused:
        return form.excused
    if mark.value is None:
        return ""
    most = mark.most or whole
    value = mark.value * possible / most if possible and most else mark.value
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if table.decimal_comma() else text


def _write(form: Form, table: Table, rows: list[list[str]], target: Path) -> None:
    """Write rows as the export has them: its delimiter, its encoding, what stands above the header."""
    made = io.StringIO(newline="")
    writer = csv.writer(
        made,
        delimiter=table.delimiter,
        quoting=csv.QUOTE_ALL if form.quote_all else csv.QUOTE_MINIMAL,
        lineterminator="\r\n",
    )
    writer.writerows([*table.before, *rows])
    encoding = {"UTF-16": "utf-16-le", **{name: page for page, name in CODE_PAGES.items()}}.get(table.encoding, "utf-8")
    begin = "\ufeff" if table.mark else ""
    replace_file(target, begin + made.getvalue().removeprefix("\ufeff"), encoding)


def _plain(header: str) -> str:
    return header.strip().lstrip("\ufeff")


def _number(text: str) -> float | None:
    """A number, "1,000.00" or "1.000,00" too; three digits behind the only sign are thousands, "1,000"."""
    if not (found := re.fullmatch(r"([1-9]\d{0,2}(?:[.,]\d{3})+|\d*)(?:[.,](\d*))?", text.strip())):
        return None
    return float(f"{re.sub('[.,]', '', found[1]) or 0}.{found[2] or 0}") or None
