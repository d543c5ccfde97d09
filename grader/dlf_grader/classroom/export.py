"""`--export FORMAT=PATH`: marks for other systems, made from the store alone.

`csv` is the gradebook and `html` the class page with a page for each student; every format of `--report` gives a
folder with a file for each student, and `lti` one line for each.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pluggy

from dlf_grader.classroom.roster import Roster, Student
from dlf_grader.classroom.store import CourseStore, Handed, Marked
from dlf_grader.failures import UsageError
from dlf_grader.hookspecs import Writer
from dlf_grader.model import Report
from dlf_grader.outputs.csv import table
from dlf_grader.run.reports import replace_file, writers_of

HELP = "csv=marks.csv, html=FOLDER (the class page), lti=FILE, or a format of --report with a FOLDER; may be repeated"
COLUMNS = (
    "student", "name", "email", "score", "max_score", "percent", "state", "late", "submission", "received", "graded",
    "note",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One student of the gradebook."""

    student: Student
    mark: Marked

    def report(self) -> Report | None:
        """The report, decoded: large, so not kept."""
        return None if self.mark.report is None else msgspec.json.decode(self.mark.report, type=Report)

    @property
    def state(self) -> str:
        """In words for a person."""
        if self.mark.state == "unusable":
            return f"not graded: {self.mark.handed.problem}"
        return {"done": "graded", "absent": "nothing handed in"}.get(self.mark.state, "not graded yet")


def parse(values: list[str]) -> list[tuple[str, Path]]:
    """`FORMAT=PATH` pairs.

    Raises:
        UsageError: not of that form.
    """
    pairs = []
    for value in values:
        name, separator, path = value.partition("=")
        if not (name and separator and path):
            raise UsageError(f"--export {value}: expected FORMAT=PATH, e.g. csv=marks.csv")
        pairs.append((name, Path(path)))
    return pairs


def check(exports: list[tuple[str, Path]], plugins: pluggy.PluginManager) -> None:
    """Refuse formats that nobody writes, before anything is graded.

    Raises:
        UsageError: there is no such format.
    """
    known = {*OF_A_CLASS, *writers_of(plugins)}
    for name, _ in exports:
        if name not in known:
            raise UsageError(f"--export {name}=…: no such format; there is {', '.join(sorted(known))}")


def write(name: str, path: Path, store: CourseStore, roster: Roster, plugins: pluggy.PluginManager) -> int:
    """Write one export; returns the number of students in it."""
    if name in OF_A_CLASS:
        return OF_A_CLASS[name](path, store, roster)
    return _folder(path, writers_of(plugins)[name], store, roster)


def lines(store: CourseStore, roster: Roster, *, reports: bool = True) -> Iterator[Line]:
    """Every student who handed in, then those of the roster who did not."""
    known = {student.id: student for student in roster.students}
    seen = set()
    for mark in store.marks(reports=reports):
        seen.add(mark.handed.student)
        yield Line(known.get(mark.handed.student) or Student(mark.handed.student), mark)
    for student in roster.students:
        if student.id not in seen:
            yield Line(student, Marked(Handed(student.id, "", ""), "absent", None, None, None, "", None))


def gradebook(path: Path, store: CourseStore, roster: Roster) -> int:
    """The gradebook as CSV: a line for each student, no points where nothing could be graded."""
    rows = [_row(line) for line in lines(store, roster, reports=False)]
    replace_file(path, table(COLUMNS, rows))
    return len(rows)


def _row(line: Line) -> tuple[str | float | None, ...]:
    mark, handed, student = line.mark, line.mark.handed, line.student
    percent = 100 * mark.score / mark.max_score if mark.score is not None and mark.max_score else None
    return (
        *(student.id, student.name, student.email, mark.score, mark.max_score, percent, line.state),
        *("late" if handed.late else "", handed.source, handed.received, mark.graded, handed.note),
    )


def scores(path: Path, store: CourseStore, roster: Roster) -> int:
    """LTI scores, a line of JSON for each student whose platform id the roster knows."""
    from dlf_grader.outputs.lti import score

    made = [
        json.dumps(score(report, line.student.lti, datetime.now(UTC)), ensure_ascii=False)
        for line in lines(store, roster)
        if line.student.lti and (report := line.report()) is not None
    ]
    replace_file(path, "".join(f"{text}\n" for text in made))
    return len(made)


def _folder(path: Path, writer: Writer, store: CourseStore, roster: Roster) -> int:
    """A file for each student that has a report."""
    make_folder(path)
    count = 0
    for line in lines(store, roster):
        report = line.report()
        if report is not None:
            replace_file(path / f"{file_name(line.student.id)}.{writer.suffix}", writer.write(report))
            count += 1
    return count


def make_folder(path: Path) -> None:
    """A folder to write into.

    Raises:
        UsageError: there can be none.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot make the folder {path}: {error.strerror}") from None


def file_name(student: str) -> str:
    """A name of a file for a student, whatever the student is called; two students never share one."""
    plain = re.sub(r"[^\w@.-]+", "_", student).strip("._")[:80]
    return plain if plain == student else f"{plain}-{hashlib.sha256(student.encode()).hexdigest()[:8]}"


def class_page(path: Path, store: CourseStore, roster: Roster) -> int:
    """The class page and a page for each student."""
    from dlf_grader.classroom.page import write_pages  # imports Jinja and matplotlib

    return write_pages(path, store, roster)


OF_A_CLASS: dict[str, Callable[[Path, CourseStore, Roster], int]] = {
    "csv": gradebook,
    "html": class_page,
    "lti": scores,
}
