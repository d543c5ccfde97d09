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
from pathlib import Path
from typing import Any

from nbformat.v4 import new_code_cell, new_output
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Integer, Unicode

from dlf_grader.config import new_seed
from dlf_grader.failures import GraderFault
from dlf_grader.notebooks.beside import in_folders, seen_from, with_runs
from dlf_grader.notebooks.cells import Cell, by_first_line, by_grade_id, metadata, section_of, under
from dlf_grader.notebooks.grading import grade_cells, part_of, printed
from dlf_grader.notebooks.ipython import RawCell, python_of
from dlf_grader.notebooks.reading import cells_of, names_in
from dlf_grader.outputs.text import printable
from dlf_grader.outputs.verdicts import BROKEN, details, faults
from dlf_grader.places import courses
from dlf_grader.report import Report, Result
from dlf_grader.run.submissions import Assignment, SubmissionGrader, exercise_files

PART = "dlf_part"  # in a cell's metadata: the solution cell that it is, or is a copy or a half of
FOUND = "dlf"  # where, in the resources that nbgrader hands on, the next preprocessor finds comments


class TrustedCells(NbGraderPreprocessor):  # type: ignore[misc]
    """Make every cell's metadata what the gradebook says; runs before anything else looks at a submission.

    A cell that the assignment has not becomes an ordinary one. Of one that is there twice the last keeps its name, as
    in nbgrader; both are still graded as parts of their file, as a kernel would have run both. A locked cell that is
    missing comes back, so that it gets its zero.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        about = resources["nbgrader"]
        nb.metadata.pop("widgets", None)  # Colab's end nbconvert with a KeyError; no page of ours draws any
        with Gradebook(about["db_url"]) as gradebook:
            known = metadata_of(gradebook.find_notebook(about["notebook"], about["assignment"]))
        left = dict(known)
        for cell in reversed(nb.cells):
            claimed = cell.metadata.pop("nbgrader", None)
            cell.metadata.pop(PART, None)
            name = claimed.get("grade_id") if isinstance(claimed, dict) else None
            if not claimed and cell.cell_type == "code":  # a tool may have dropped it
                name = marked.grade_id if (marked := by_first_line(python_of(cell.source))) else None
            solution = isinstance(name, str) and name in known and not known[name][0]["locked"]
            if solution:
                cell.metadata[PART] = name
            if solution and cell.cell_type != "code":  # nbgrader would make it code, and no kernel ran it
                self.log.warning("cell %r is %s: not graded", name, cell.cell_type)
            elif isinstance(name, str) and name in left and (claimed or solution):
                cell.metadata["nbgrader"] = left.pop(name)[0]
            elif claimed:
                self.log.warning("cell %r is not one of the assignment's, or is there twice", name)
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

    def _folders(self, about: Any, resources: Any) -> tuple[Path, Path]:
        """Where a submission is graded, and where it was handed in: nbgrader leaves other notebooks there."""
        course = CourseDirectory(parent=self)
        handed_in = course.format_path(course.submitted_directory, about["student"], about["assignment"])
        return Path(resources.get("metadata", {}).get("path") or os.devnull), Path(handed_in)

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as gradebook:
            known = metadata_of(gradebook.find_notebook(about["notebook"], about["assignment"]))
        raw = _raw(nb)
        seen = seen_from(raw, in_folders(*self._folders(about, resources)))
        parts = parts_of(with_runs(raw, seen), known)
        scored = [cell for cell in nb.cells if _marks(cell).get("grade") and not _marks(cell)["solution"]]
        if not scored:
            return nb, resources
        milestone = section_of(_marks(scored[0])["grade_id"]).partition(".")[0]
        grader = the_grader(milestone, _drawn() if self.seed is None else self.seed, self.isolation, self.train)
        report = grade_cells(grader, parts, seen)
        if wrong := faults(report):
            raise GraderFault(f"{wrong[0].id}: {wrong[0].message}")  # nbgrader says so, and gives no mark
        for number, cell in enumerate(scored, start=1):
            marks = _marks(cell)
            part = part_of(report, section_of(marks["grade_id"]))
            if not part.results:
                raise GraderFault(f"score cell {marks['grade_id']}: no check of {milestone} has that beginning")
            whole = part.max_score and part.score >= part.max_score
            share = 1.0 if whole else part.score / (part.max_score or 1.0)
            points = marks["points"] * min(1.0, share)  # nbgrader takes no more than the cell is worth
            cell.execution_count = number
            cell.outputs = [
                new_output("stream", name="stdout", text=printed(part, grader.checks)),
                new_output("execute_result", {"text/plain": repr(float(points))}, execution_count=number),
            ]
        solutions = {_marks(cell)["grade_id"] for cell in nb.cells if _marks(cell).get("solution")}
        resources[FOUND] = comments(report, parts, solutions)
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


def parts_of(cells: list[RawCell], known: dict[str, tuple[dict[str, Any], str]]) -> list[Cell]:
    """The cells that make up exercise files: the learner's, the given ones, and what these need of others."""
    names: dict[str, frozenset[str]] = {}
    for name, (_, source) in known.items():
        if part := by_grade_id(name, source):
            names[part.path] = names.get(part.path, frozenset()) | names_in(source)
    return cells_of(cells, names)


def _raw(nb: Any) -> list[RawCell]:
    return [
        RawCell(cell.source, cell.metadata.get(PART) or _marks(cell).get("grade_id", ""), cell.cell_type)
        for cell in nb.cells
    ]


def comments(report: Report, parts: list[Cell], names: set[str]) -> dict[str, str]:
    """What to say below each solution cell, as Markdown: every check that failed, with its diagnosis.

    Args:
        names: the solution cells' grade ids.
    """
    said: dict[str, str] = {part.grade_id: "" for part in parts if part.grade_id in names}
    for result in report.results:
        mine = [part for part in parts if part.path == result.exercise and part.grade_id in said]
        home = next((part for part in mine if _is_about(result, part)), next(iter(mine), None))
        if home is not None and result.status in BROKEN:
            lines = printable("\n".join(details(result))).splitlines()
            said[home.grade_id] += f"\n\n{result.title}:\n\n" + "\n".join(f"    {line}" for line in lines)
    return {name: text.strip("\n") for name, text in said.items()}


def _is_about(result: Result, part: Cell) -> bool:
    return any(under(result.title.split()[0], name) for name in names_in(part.source))


def _marks(cell: Any) -> dict[str, Any]:
    marks: dict[str, Any] = cell.metadata.get("nbgrader", {})
    return marks


@functools.cache
def _drawn() -> int:
    return new_seed()


@functools.cache
def the_grader(milestone: str, seed: int, isolation: str, train: bool | None) -> SubmissionGrader:
    """One grader for a whole class: nbgrader makes new preprocessors for every notebook."""
    base = exercise_files(*courses())
    grader = SubmissionGrader(Assignment((milestone,), seed, isolation=isolation, train=train, base=base))
    grader.__enter__()
    atexit.register(grader.__exit__, None, None, None)
    return grader
