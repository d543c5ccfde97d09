"""`nbgrader export`: the gradebook as CSV that stays whole, whatever students are called."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.plugins import ExportPlugin

from dlf_grader.outputs.csv import cell

COLUMNS = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score"),
)


class Marks(ExportPlugin):  # type: ignore[misc]
    """nbgrader's own columns, with commas and quotes in names quoted, and names like formulas made harmless."""

    def export(self, gradebook: Gradebook) -> None:
        place = self.to or "grades.csv"
        with open(place, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            for assignment in gradebook.assignments:
                if not self.assignment or assignment.name in map(str, self.assignment):
                    for row in self._rows(gradebook, assignment):
                        writer.writerow([cell(value) for value in row])
        self.log.info("Exported the marks to %s", place)

    def _rows(self, gradebook: Gradebook, assignment: Any) -> Iterator[list[str | float | None]]:
        for student in gradebook.students:
            if self.student and student.id not in map(str, self.student):
                continue
            try:
                handed_in = gradebook.find_submission(assignment.name, student.id)
                time, raw, penalty = handed_in.timestamp, handed_in.score, handed_in.late_submission_penalty
                notebooks = list(handed_in.notebooks)
            except MissingEntry:
                time, raw, penalty, notebooks = None, 0.0, 0.0, []
            graded = not notebooks or any(
                grade.auto_score is not None or grade.manual_score is not None
                for notebook in notebooks
                for grade in notebook.grades
            )
            if not graded:  # a notebook under another name, or one that a fault of ours left: no marks, not 0
                self.log.warning("%s: %s was not graded: no marks", student.id, assignment.name)
            yield [
                *(assignment.name, _time(assignment.duedate), _time(time)),
                *(student.id, student.last_name, student.first_name, student.email),
                *((raw, penalty, max(0.0, raw - penalty)) if graded else (None, None, None)),
                assignment.max_score,
            ]


def _time(value: object) -> str | None:
    return None if value is None else str(value)
