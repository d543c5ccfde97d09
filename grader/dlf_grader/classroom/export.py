"""`--export FORMAT=PATH`: marks for other systems, made from the store alone.

`csv` is the gradebook and `html` the class page with a page for each student; every format of `--report` gives a
folder with a file for each student, and `lti` one line for each.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import pluggy

from dlf_grader.classroom.fill import FORMS, fill
from dlf_grader.classroom.gradebook import GradebookRow, gradebook_rows
from dlf_grader.classroom.marks import Mark, Rules, highest, marks_of
from dlf_grader.classroom.policy import shown
from dlf_grader.classroom.roster import Roster, Student
from dlf_grader.classroom.store import ClassStore
from dlf_grader.failures import DlfError, UsageError
from dlf_grader.hookspecs import Writer
from dlf_grader.outputs.csv import table
from dlf_grader.outputs.text import printable
from dlf_grader.report import Report
from dlf_grader.run.reports import decode_report, make_folder, replace_bytes, replace_file, writers_of

HELP = (
    "csv=marks.csv, html=FOLDER (the class page), lti=FILE; canvas, moodle, blackboard, brightspace or sakai=FILE, the"
    " roster with its column filled in; moodle-feedback=ZIP; or a format of --report with a FOLDER; may be repeated"
)
COLUMNS = (
    "student", "name", "email", "score", "max_score", "percent", "state", "late", "submission", "received", "graded",
    "note", "mark", "why",
)  # fmt: skip

MOST_NAMED = 5  # students in a line
WHY_LOST = {
    "lti": " (it needs the user's id in the roster's column lti, and the points possible)",
    "moodle-feedback": " (no page of theirs belongs to a submission from Moodle)",
}


def check(exports: Iterable[tuple[str, Path]], plugins: pluggy.PluginManager) -> None:
    """Refuse formats that nobody writes, before anything is graded.

    Raises:
        UsageError: there is no such format.
    """
    known = {*OF_A_CLASS, *FORMS, *_brought(plugins), *writers_of(plugins)}
    for name, _ in exports:
        if name not in known:
            raise UsageError(f"--export {name}=…: no such format; there is {', '.join(sorted(known))}")


@dataclass(frozen=True)
class Class:
    """What exports are made from.

    Attributes:
        source: the roster's file, which `canvas` and the like fill in.
        column: a part of the header of the assignment's column there.
        plugins: they may have a say in what a student sees.
    """

    store: ClassStore
    roster: Roster
    rules: Rules
    plugins: pluggy.PluginManager
    source: Path | None = None
    column: str = ""

    @cached_property
    def marks(self) -> dict[str, Mark]:
        """Everybody's mark by id: no report, so that those of a large class are not all held at once."""
        return {marked.row.student.id: marked.mark for marked in marks_of(self.store, self.roster, self.rules)}

    def shown(self, report: Report) -> Report:
        """A report as a student may see it by now."""
        seen = shown(self.rules.policy, report, datetime.now(UTC))
        chosen: Report | None = self.plugins.hook.dlf_shown(report=seen)
        return chosen or seen


def _brought(plugins: pluggy.PluginManager) -> dict[str, Callable[[Path, Class], int]]:
    """Whole-class exports of plugins."""
    return {name: made for found in plugins.hook.dlf_exports() for name, made in found.items()}


def write(name: str, path: Path, of: Class) -> str:
    """Write one export; returns how many students are in it, and who is missing.

    Raises:
        UsageError: it cannot be written, or a plugin's ends in an exception.
    """
    if (brought := _brought(of.plugins).get(name)) is not None:
        return f"{_by_plugin(brought, name, path, of)} students"
    marks, said, where, closed = of.marks, [], "it", []  # a policy that is refused ends it before anything is written
    if name in FORMS:
        done = fill(FORMS[name], of.source, path, marks, of.column, of.roster.called)
        there, where, closed = done.students, str(of.source), done.closed
        said += [f"the grade cannot be changed there, so the row stays: {names(closed)}"] if closed else []
        said += [f"no mark, so the cell keeps what is in it: {names(done.kept)}"] if done.kept else []
        if there and not done.scale_known:
            most = highest(marks.values()) or 0
            said += [f"marks are out of {most:g}: {of.source} does not say how many points the assignment has"]
    else:
        write_to = OF_A_CLASS.get(name) or partial(_folder, writers_of(of.plugins)[name])
        there = write_to(path, of)
    if lost := [id for id, mark in marks.items() if mark.value is not None and id not in {*there, *closed}]:
        said.insert(0, f"with a mark, but not in {where}: {names(lost)}{WHY_LOST.get(name, '')}")
    return "; ".join([f"{len(there)} students", *said])


def names(ids: Sequence[str]) -> str:
    """Some of them, and how many more there are."""
    more = f" and {len(ids) - MOST_NAMED} more" if len(ids) > MOST_NAMED else ""
    return printable(", ".join(ids[:MOST_NAMED]).replace("\n", " ")) + more


def _by_plugin(brought: Callable[[Path, Class], int], name: str, path: Path, of: Class) -> int:
    try:
        return brought(path, of)
    except Exception as error:
        if isinstance(error, DlfError):
            raise
        said = " ".join(str(error).split())
        raise UsageError(f"--export {name}={path}: a plugin raised {type(error).__name__}: {said}") from error


def gradebook(path: Path, of: Class) -> set[str]:
    """The gradebook as CSV, marked as UTF-8 for Excel: a row for each student, no points where nothing was graded."""
    found = gradebook_rows(of.store, of.roster, reports=False)
    rows = {row.student.id: _cells(row, of.marks[row.student.id]) for row in found}
    replace_file(path, table(COLUMNS, rows.values()), "utf-8-sig")
    return {*rows}


def _cells(row: GradebookRow, mark: Mark) -> tuple[str | float | None, ...]:
    result, student = row.result, row.student
    submission = result.submission
    percent = 100 * result.score / result.max_score if result.score is not None and result.max_score else None
    late = "late" if mark.late else ""
    return (
        *(student.id, student.name, student.email, result.score, result.max_score, percent, row.state, late),
        *(submission.source, submission.received, result.graded, submission.note),
        *(mark.value, "; ".join(mark.why)),
    )


def scores(path: Path, of: Class) -> set[str]:
    """LTI scores, a line of JSON for each student whose platform id the roster knows."""
    made: dict[str, str] = {}
    whole = highest(of.marks.values())
    for row in gradebook_rows(of.store, of.roster, reports=False):
        student, mark = row.student, of.marks[row.student.id]
        if student.lti and not mark.excused:
            payload = _score(of.store.report_of(student.id), student, mark, whole)
            made |= {student.id: json.dumps(payload, ensure_ascii=False)} if payload else {}
    replace_file(path, "".join(f"{text}\n" for text in made.values()))
    return {*made}


def _score(report: bytes | None, student: Student, mark: Mark, whole: float | None) -> dict[str, Any] | None:
    """What LTI is told about a student; None where there is neither work nor a mark, or no points possible."""
    from dlf_grader.outputs.lti import payload, score

    now = datetime.now(UTC)
    graded = None if report is None else score(decode_report(report), student.lti, now)
    if mark.value is None or not (most := mark.most or whole):
        return graded
    comment = "Set by hand." if mark.by_hand or graded is None else graded["comment"]
    return payload(student.lti, now, "FullyGraded", comment, (mark.value, most))


def class_page(path: Path, of: Class) -> set[str]:
    """The class page and a page for each student."""
    from dlf_grader.classroom.page import write_pages  # imports Jinja

    return write_pages(path, of.store, of.roster, of.shown, lambda row: of.marks[row.student.id].late)


def moodle_feedback(path: Path, of: Class) -> set[str]:
    """Moodle's zip of feedback files: each student's page in a folder called as Moodle called the submission's."""
    from dlf_grader.outputs.html import report_page

    buffer, there = io.BytesIO(), set()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for row in gradebook_rows(of.store, of.roster):
            source = row.result.submission.source
            if (report := row.report()) is not None and "_assignsubmission_file" in source:
                archive.writestr(
                    f"{source}/feedback.html", report_page(of.shown(report), row.student.name or row.student.id, [])
                )
                there.add(row.student.id)
    replace_bytes(path, buffer.getvalue())
    return there


def _folder(writer: Writer, path: Path, of: Class) -> set[str]:
    """A file for each student that has a report."""
    make_folder(path)
    there = set()
    for row in gradebook_rows(of.store, of.roster):
        if (report := row.report()) is not None:
            replace_file(path / f"{row.file_stem}.{writer.suffix}", writer.write(of.shown(report)))
            there.add(row.student.id)
    return there


OF_A_CLASS: dict[str, Callable[[Path, Class], set[str]]] = {
    "csv": gradebook,
    "html": class_page,
    "lti": scores,
    "moodle-feedback": moodle_feedback,
}
