"""What tests of nbgrader share: a course folder with its exchange, and notebooks that learners have filled in."""

import copy
import csv
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from dlf_grader.notebooks.cells import by_grade_id, files_of
from dlf_grader.run.submissions import Assignment, SubmissionGrader

ROOT = Path(__file__).parents[2]


def grade_id(cell):
    return cell["metadata"].get("nbgrader", {}).get("grade_id") or ""


def filled(release, answers):
    """The released notebook with some solution cells written."""
    book = copy.deepcopy(release)
    for cell in book["cells"]:
        if grade_id(cell) in answers:
            cell["source"] = answers[grade_id(cell)]
    return book


def answers_in(source):
    """What stands in the solution cells of a source notebook, by grade id."""
    return {grade_id(cell): "".join(cell["source"]) for cell in source["cells"] if "--" in grade_id(cell)}


@dataclass
class Course:
    folder: Path
    exchange: Path
    name: str
    assignment: str
    notebook: str

    def run(self, *words, at=None):
        """nbgrader's own command line, somebody's in the folder `at`; returns its exit code and what it said."""
        programs = Path(sys.executable).parent
        home = {"HOME": str(self.folder / "home"), "JUPYTER_CONFIG_DIR": str(self.folder / "home")}
        home["PATH"] = f"{programs}{os.pathsep}{os.environ['PATH']}"  # nbgrader calls alembic by name
        done = subprocess.run(
            [programs / "nbgrader", *words, f"--Exchange.root={self.exchange}"],
            cwd=at or self.folder,
            env=os.environ | home,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def must(self, *words, at=None):
        """The same; returns what it said."""
        code, said = self.run(*words, at=at)
        assert code == 0, said
        return said

    def file(self, place):
        return self.folder / place / self.assignment / f"{self.notebook}.ipynb"

    def read(self, place):
        return json.loads(self.file(place).read_text(encoding="utf-8"))

    def hand_in(self, student, text):
        """Put a file's text where `nbgrader submit` would; None for a folder without one."""
        inbound = self.exchange / self.name / "inbound"
        place = inbound / f"{student}+{self.assignment}+2026-11-21 20:00:00 UTC+0"
        place.mkdir()
        if text is not None:
            (place / f"{self.notebook}.ipynb").write_text(text, encoding="utf-8")
        (place / "timestamp.txt").write_text("2026-11-21 20:00:00 UTC")

    def marks(self):
        with (self.folder / "grades.csv").open(encoding="utf-8", newline="") as file:
            return {row["student_id"]: float(row["raw_score"]) for row in csv.DictReader(file) if row["raw_score"]}

    def graded_by_us(self, student, **how):
        """The points that dlf-grade itself gives the same cells."""
        book = self.read(f"submitted/{student}")
        parts = [by_grade_id(grade_id(cell), "".join(cell["source"])) for cell in book["cells"]]
        milestone = self.assignment.partition("_")[0]
        with SubmissionGrader(Assignment((milestone,), **how)) as grader:
            return grader.grade(files_of(part for part in parts if part)).score


def cell_of(book, name):
    return next(cell for cell in book["cells"] if grade_id(cell) == name)


def points_in(book, name):
    """What a score cell says at its end."""
    return float("".join(cell_of(book, name)["outputs"][-1]["data"]["text/plain"]))
