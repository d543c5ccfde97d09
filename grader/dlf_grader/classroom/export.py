"""`--export FORMAT=PATH`: marks for other systems, made from the store alone.

`csv` is the gradebook and `html` the class page with a page for each student; every format of `--report` gives a
folder with a file for each student, and `lti` one line for each.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pluggy

from dlf_grader.classroom.fill import FORMS, fill
from dlf_grader.classroom.gradebook import gradebook_rows
from dlf_grader.classroom.marks import Marked, Rules, marks_of
from dlf_grader.classroom.policy import shown
from dlf_grader.classroom.roster import Roster
from dlf_grader.classroom.store import ClassStore
from dlf_grader.failures import DlfError, UsageError
from dlf_grader.hookspecs import Writer
from dlf_grader.outputs.csv import table
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

MOST_LOST = 5  # students that a line names


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
    if name in FORMS:
        marks = {marked.row.student.id: marked.mark for marked in marks_of(of.store, of.roster, of.rules)}
        filled = fill(FORMS[name], of.source, path, marks, of.column)
        lost = [id for id, mark in marks.items() if mark.value is not None and id not in filled]
        more = f" and {len(lost) - MOST_LOST} more" if len(lost) > MOST_LOST else ""
        said = f"; with a mark, but not in {of.source}: {', '.join(lost[:MOST_LOST])}{more}" if lost else ""
        return f"{len(filled)} students{said}"
    return f"{_count(name, path, of)} students"


def _count(name: str, path: Path, of: Class) -> int:
    if name in OF_A_CLASS:
        return OF_A_CLASS[name](path, of)
    if (brought := _brought(of.plugins).get(name)) is not None:
        try:
            return brought(path, of)
        except Exception as error:
            if isinstance(error, DlfError):
                raise
            said = " ".join(str(error).split())
            raise UsageError(f"--export {name}={path}: a plugin raised {type(error).__name__}: {said}") from error
    return _folder(path, writers_of(of.plugins)[name], of)


def gradebook(path: Path, of: Class) -> int:
    """The gradebook as CSV, marked as UTF-8 for Excel: a row for each student, no points where nothing was graded."""
    rows = [_cells(marked) for marked in marks_of(of.store, of.roster, of.rules)]
    replace_file(path, table(COLUMNS, rows), "utf-8-sig")
    return len(rows)


def _cells(marked: Marked) -> tuple[str | float | None, ...]:
    result, student, mark = marked.row.result, marked.row.student, marked.mark
    submission = result.submission
    percent = 100 * result.score / result.max_score if result.score is not None and result.max_score else None
    late = "late" if submission.late or mark.late else ""
    return (
        *(student.id, student.name, student.email, result.score, result.max_score, percent, marked.row.state, late),
        *(submission.source, submission.received, result.graded, submission.note),
        *(mark.value, "; ".join(mark.why)),
    )


def scores(path: Path, of: Class) -> int:
    """LTI scores, a line of JSON for each student whose platform id the roster knows."""
    from dlf_grader.outputs.lti import score

    made = []
    for marked in marks_of(of.store, of.roster, of.rules):
        report = of.store.report_of(marked.row.student.id)
        if not marked.row.student.lti or report is None or marked.mark.excused:
            continue
        payload = score(decode_report(report), marked.row.student.lti, datetime.now(UTC))
        if "scoreGiven" in payload and marked.mark.value is not None and marked.mark.most:
            payload |= {"scoreGiven": marked.mark.value, "scoreMaximum": marked.mark.most}
        made.append(json.dumps(payload, ensure_ascii=False))
    replace_file(path, "".join(f"{text}\n" for text in made))
    return len(made)


def class_page(path: Path, of: Class) -> int:
    """The class page and a page for each student."""
    from dlf_grader.classroom.page import write_pages  # imports Jinja

    return write_pages(path, of.store, of.roster, of.shown)


def moodle_feedback(path: Path, of: Class) -> int:
    """Moodle's zip of feedback files: each student's page in a folder called as Moodle called the submission's."""
    from dlf_grader.outputs.html import report_page

    buffer, count = io.BytesIO(), 0
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for row in gradebook_rows(of.store, of.roster):
            source = row.result.submission.source
            if (report := row.report()) is not None and "_assignsubmission_file" in source:
                archive.writestr(
                    f"{source}/feedback.html", report_page(of.shown(report), row.student.name or row.student.id, [])
                )
                count += 1
    replace_bytes(path, buffer.getvalue())
    return count


def _folder(path: Path, writer: Writer, of: Class) -> int:
    """A file for each student that has a report."""
    make_folder(path)
    count = 0
    for row in gradebook_rows(of.store, of.roster):
        if (report := row.report()) is not None:
            replace_file(path / f"{row.file_stem}.{writer.suffix}", writer.write(of.shown(report)))
            count += 1
    return count


OF_A_CLASS: dict[str, Callable[[Path, Class], int]] = {
    "csv": gradebook,
    "html": class_page,
    "lti": scores,
    "moodle-feedback": moodle_feedback,
}
