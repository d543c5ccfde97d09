"""`--export FORMAT=PATH`: marks for other systems, made from the store alone.

`csv` is the gradebook and `html` the class page with a page for each student; every format of `--report` gives a
folder with a file for each student, and `lti` one line for each.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import pluggy

from dlf_grader.classroom.gradebook import gradebook_rows, write_gradebook
from dlf_grader.classroom.roster import Roster
from dlf_grader.classroom.store import ClassStore
from dlf_grader.failures import UsageError
from dlf_grader.hookspecs import Writer
from dlf_grader.run.reports import make_folder, replace_file, writers_of

HELP = "csv=marks.csv, html=FOLDER (the class page), lti=FILE, or a format of --report with a FOLDER; may be repeated"


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
    known = {*OF_A_CLASS, *writers_of(plugins)}
    for name, _ in exports:
        if name not in known:
            raise UsageError(f"--export {name}=…: no such format; there is {', '.join(sorted(known))}")


def write(name: str, path: Path, store: ClassStore, roster: Roster, plugins: pluggy.PluginManager) -> int:
    """Write one export; returns the number of students in it."""
    if name in OF_A_CLASS:
        return OF_A_CLASS[name](path, store, roster)
    return _folder(path, writers_of(plugins)[name], store, roster)


def scores(path: Path, store: ClassStore, roster: Roster) -> int:
    """LTI scores, a line of JSON for each student whose platform id the roster knows."""
    from dlf_grader.outputs.lti import score

    made = [
        json.dumps(score(report, row.student.lti, datetime.now(UTC)), ensure_ascii=False)
        for row in gradebook_rows(store, roster)
        if row.student.lti and (report := row.report()) is not None
    ]
    replace_file(path, "".join(f"{text}\n" for text in made))
    return len(made)


def class_page(path: Path, store: ClassStore, roster: Roster) -> int:
    """The class page and a page for each student."""
    from dlf_grader.classroom.page import write_pages  # imports Jinja

    return write_pages(path, store, roster)


def _folder(path: Path, writer: Writer, store: ClassStore, roster: Roster) -> int:
    """A file for each student that has a report."""
    make_folder(path)
    count = 0
    for row in gradebook_rows(store, roster):
        if (report := row.report()) is not None:
            replace_file(path / f"{row.file_stem}.{writer.suffix}", writer.write(report))
            count += 1
    return count


OF_A_CLASS: dict[str, Callable[[Path, ClassStore, Roster], int]] = {
    "csv": write_gradebook,
    "html": class_page,
    "lti": scores,
}
