"""What `nbgrader autograde` runs instead of the learner's notebook: our isolated workers, and our checks.

nbgrader starts a kernel, runs everything in it, and believes what the score cells print: a learner who writes the
cells writes the marks. Here no cell is run. The preprocessors below stand in nbgrader's trusted process: one makes a
submission's metadata what the gradebook says, one grades the solution cells as exercise files and writes the score
cells' outputs, one leaves the diagnosis as a comment. `nbgrader_config.py`, as `dlf-grade nbgrader init` writes it,
puts them in their places.

Imported by nbgrader only: the extra `[nbgrader]` has to be installed.
"""

from __future__ import annotations

import atexit
import functools
import os
from collections.abc import Iterator
from typing import Any

from nbformat.v4 import new_code_cell, new_output
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Integer, Unicode

from dlf_grader.failures import GraderFault
from dlf_grader.model import Status
from dlf_grader.notebooks.cells import Cell, by_grade_id, defined_in, metadata, section_of, under
from dlf_grader.notebooks.grading import grade_cells, part_of, printed
from dlf_grader.outputs.text import printable
from dlf_grader.outputs.verdicts import BROKEN, details
from dlf_grader.report import Report, Result
from dlf_grader.run.submissions import Assignment, SubmissionGrader

FOUND = "dlf"  # where, in the resources that nbgrader hands on, the next preprocessor finds comments


class TrustedCells(NbGraderPreprocessor):  # type: ignore[misc]
    """Make every cell's metadata what the gradebook says; runs before anything else looks at a submission.

    A cell that the assignment has not, or has twice, becomes an ordinary one (the last of two counts, as in nbgrader);
    a locked cell that is missing comes back, so that it gets its zero.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as gradebook:
            known = metadata_of(gradebook.find_notebook(about["notebook"], about["assignment"]))
        left = dict(known)
        for cell in reversed(nb.cells):
            claimed = cell.metadata.pop("nbgrader", None)
            name = claimed.get("grade_id") if isinstance(claimed, dict) else None
            if isinstance(name, str) and name in left:
                cell.metadata["nbgrader"] = left.pop(name)[0]
            elif claimed:
                self.log.warning("cell %r is not one of the assignment's, or is there twice: left aside", name)
        missing = {
            name: new_code_cell(source, metadata={"nbgrader": marks})
            for name, (marks, source) in left.items()
            if marks["locked"] and marks["cell_type"] == "code"
        }
        if missing:
            self.log.warning("missing cells are added again: %s", ", ".join(missing))
        nb.cells += missing.values()
        return nb, resources


def metadata_of(notebook: Any) -> dict[str, tuple[dict[str, Any], str]]:
    """nbgrader's metadata and the source of every cell of an assignment's notebook, by grade id."""
    points = {cell.name: cell.max_score for cell in notebook.grade_cells}
    tasks = {cell.name: cell.max_score for cell in notebook.task_cells}
    solutions = {cell.name for cell in notebook.solution_cells}
    found = {}
    for cell in notebook.source_cells:
        marks = metadata(
            cell.name,
            solution=cell.name in solutions,
            locked=bool(cell.locked),
            task=cell.name in tasks,
            points=(points | tasks).get(cell.name),
        )
        found[cell.name] = (marks | {"cell_type": cell.cell_type, "checksum": cell.checksum}, cell.source)
    return found


class IsolatedGrades(NbGraderPreprocessor):  # type: ignore[misc]
    """Grade the solution cells in isolated workers, and write what came of it into the score cells."""

    seed = Integer(
        None, allow_none=True, help="Of the random cases; a new one for every run of nbgrader if not set."
    ).tag(config=True)
    isolation = Unicode("auto", help="How workers are isolated, as in dlf-grade --isolation.").tag(config=True)
    train = Bool(None, allow_none=True, help="As dlf-grade's --train (True) or --no-train (False).").tag(config=True)

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        parts = list(parts_of(nb))
        scored = [cell for cell in nb.cells if _marks(cell).get("grade") and not _marks(cell)["solution"]]
        if not scored:
            return nb, resources
        milestone = section_of(_marks(scored[0])["grade_id"]).partition(".")[0]
        grader = the_grader(milestone, _drawn() if self.seed is None else self.seed, self.isolation, self.train)
        report = grade_cells(grader, parts)
        if faults := [result for result in report.results if result.status is Status.ERROR]:
            raise GraderFault(f"{faults[0].id}: {faults[0].message}")  # nbgrader says so, and gives no mark
        for number, cell in enumerate(scored, start=1):
            marks = _marks(cell)
            part = part_of(report, section_of(marks["grade_id"]))
            if not part.results:
                raise GraderFault(f"score cell {marks['grade_id']}: no check of {milestone} has that beginning")
            points = marks["points"] * part.score / part.max_score if part.max_score else 0.0
            cell.execution_count = number
            cell.outputs = [
                new_output("stream", name="stdout", text=printed(part, grader.checks)),
                new_output("execute_result", {"text/plain": repr(float(points))}, execution_count=number),
            ]
        resources[FOUND] = comments(report, parts)
        return nb, resources


class Comments(NbGraderPreprocessor):  # type: ignore[misc]
    """Leave the diagnosis as the comment that `nbgrader generate_feedback` shows; what a person wrote stays."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as gradebook:
            for name, text in resources.get(FOUND, {}).items():
                comment = gradebook.find_comment(name, about["notebook"], about["assignment"], about["student"])
                if text and not comment.auto_comment:
                    comment.auto_comment = text
            gradebook.db.commit()
        return nb, resources


def parts_of(nb: Any) -> Iterator[Cell]:
    """The cells that make up exercise files, in their order: the learner's and the given ones."""
    for cell in nb.cells:
        part = by_grade_id(_marks(cell).get("grade_id", ""), cell.source)
        if part is not None and cell.cell_type == "code":
            yield part


def comments(report: Report, parts: list[Cell]) -> dict[str, str]:
    """What to say below each solution cell, as Markdown: every check that failed, with its diagnosis."""
    said: dict[str, str] = {part.grade_id: "" for part in parts if part.name != "given"}
    for result in report.results:
        home = next((part for part in parts if part.path == result.exercise and _is_about(result, part)), None)
        home = home or next((part for part in parts if part.path == result.exercise), None)
        if home is not None and home.grade_id in said and result.status in BROKEN:
            lines = printable("\n".join(details(result))).splitlines()
            said[home.grade_id] += f"\n\n{result.title}:\n\n" + "\n".join(f"    {line}" for line in lines)
    return {name: text.strip("\n") for name, text in said.items()}


def _is_about(result: Result, part: Cell) -> bool:
    return any(under(result.title.split()[0], name) for name in defined_in(part.source))


def _marks(cell: Any) -> dict[str, Any]:
    marks: dict[str, Any] = cell.metadata.get("nbgrader", {})
    return marks


@functools.cache
def _drawn() -> int:
    return int.from_bytes(os.urandom(4), "big") % 1_000_000


@functools.cache
def the_grader(milestone: str, seed: int, isolation: str, train: bool | None) -> SubmissionGrader:
    """One grader for a whole class: nbgrader makes new preprocessors for every notebook."""
    grader = SubmissionGrader(Assignment((milestone,), seed, isolation=isolation, train=train))
    grader.__enter__()
    atexit.register(grader.__exit__, None, None, None)
    return grader
