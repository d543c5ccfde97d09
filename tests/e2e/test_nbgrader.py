"""nbgrader's own command line, from a source notebook to feedback: marks are dlf-grade's, whatever a cell does."""

import copy
import csv
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from dlf_grader.batch.desk import Assignment, Desk
from dlf_grader.course.cells import by_grade_id, files_of
from dlf_grader.model import Report

pytest.importorskip("nbgrader", reason="needs the extra: pip install 'dl-foundations[nbgrader]'")

ROOT = Path(__file__).parents[2]
NAME = "01_cnn_from_scratch"
HERE = {
    "conv": "m1_cnn-conv--Conv2d",
    "max_pool": "m1_cnn-pool--MaxPool2d",
    "batch_norm": "m1_cnn-batchnorm--BatchNorm2d",
}
OVERWRITES = ("seen += (taps[i, j]", "seen[...] = (taps[i, j]")  # where windows overlap, the last one wins
HOSTILE = """# m1_cnn/conv.py: Conv2d
import sys
import numpy as np

np.testing.assert_allclose = lambda *a, **k: None
print("full marks", file=sys.stderr)


class Always:
    def __eq__(self, other):
        return True


class Conv2d:
    def __init__(self, *args, **kwargs):
        self.W = self.b = Always()

    def forward(self, x):
        return Always()

    backward = forward
"""


def grade_id(cell):
    return cell["metadata"].get("nbgrader", {}).get("grade_id")


def filled(release, answers):
    """The released notebook with some solution cells written."""
    book = copy.deepcopy(release)
    for cell in book["cells"]:
        if grade_id(cell) in answers:
            cell["source"] = answers[grade_id(cell)]
    return book


def tampered(book):
    """The same with its score cells rewritten, deleted, doubled, and one added."""
    cells = []
    for cell in book["cells"]:
        if grade_id(cell) == "m1-conv":
            cell["source"] = "45.0"
            cell["metadata"]["nbgrader"]["points"] = 1000
        if grade_id(cell) == "m1-lenet":
            cell["metadata"]["nbgrader"]["grade"] = False
            cells.append(copy.deepcopy(cell) | {"id": "twice"})
        if grade_id(cell) != "m1-flatten":
            cells.append(cell)
    extra = copy.deepcopy(next(cell for cell in book["cells"] if grade_id(cell) == "m1-conv")) | {"id": "more"}
    extra["metadata"]["nbgrader"]["grade_id"] = "bonus"
    return book | {"cells": [*cells, extra]}


@dataclass
class Course:
    folder: Path
    exchange: Path

    def run(self, *words):
        programs = Path(sys.executable).parent
        command = programs / "nbgrader"
        home = {"HOME": str(self.folder / "home"), "JUPYTER_CONFIG_DIR": str(self.folder / "home")}
        home["PATH"] = f"{programs}{os.pathsep}{os.environ['PATH']}"  # nbgrader calls alembic by name
        done = subprocess.run(
            [command, *words, f"--Exchange.root={self.exchange}"],
            cwd=self.folder,
            env=os.environ | home,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def notebook(self, place):
        return json.loads((self.folder / place / "m1_cnn" / f"{NAME}.ipynb").read_text(encoding="utf-8"))

    def hand_in(self, student, book):
        place = self.exchange / "course" / "inbound" / f"{student}+m1_cnn+2026-11-21 20:00:00 UTC+0"
        place.mkdir()
        (place / f"{NAME}.ipynb").write_text(json.dumps(book), encoding="utf-8")
        (place / "timestamp.txt").write_text("2026-11-21 20:00:00 UTC")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Three submissions on their way from release to exported marks."""
    top = tmp_path_factory.mktemp("nbgrader")
    course = Course(top / "course", top / "exchange")
    course.exchange.mkdir()
    course.exchange.chmod(0o777)
    command = [sys.executable, "-m", "dlf_grader.cli", "nbgrader", "init", str(course.folder), "-m", "m1"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with (course.folder / "nbgrader_config.py").open("a") as config:
        config.write(
            "c.IsolatedGrades.seed = 7\nc.IsolatedGrades.train = False\nc.ExchangeCollect.check_owner = False\n"
        )
    for step in ("generate_assignment", "release_assignment"):
        code, said = course.run(step, "m1_cnn")
        assert code == 0, said
    answers = {grade_id(cell): "".join(cell["source"]) for cell in course.notebook("source")["cells"]}
    answers = {name: text for name, text in answers.items() if name and "--" in name}
    half = {HERE[name]: answers[HERE[name]] for name in ("conv", "max_pool")}
    half[HERE["conv"]] = half[HERE["conv"]].replace(*OVERWRITES)
    release = course.notebook("release")
    course.hand_in("right", filled(release, answers))
    course.hand_in("half", filled(release, half))
    course.hand_in(
        "hostile", tampered(filled(release, {HERE["conv"]: HOSTILE, HERE["max_pool"]: half[HERE["max_pool"]]}))
    )
    for step in ("collect", "autograde", "generate_feedback"):
        code, said = course.run(step, "m1_cnn")
        assert code == 0, said
    code, said = course.run("export")
    assert code == 0, said
    yield course
    shutil.rmtree(top, ignore_errors=True)


def marks(course):
    with (course.folder / "grades.csv").open(encoding="utf-8", newline="") as file:
        return {row["student_id"]: float(row["raw_score"]) for row in csv.DictReader(file)}


def test_a_release_holds_no_solution_and_the_points_of_the_checks(course):
    release = course.notebook("release")
    text = "".join("".join(cell["source"]) for cell in release["cells"])
    assert "sliding_window_view(padded" not in text
    assert "raise NotImplementedError" in text
    points = [cell["metadata"].get("nbgrader", {}).get("points", 0) for cell in release["cells"]]
    assert sum(points) == 100


@pytest.mark.parametrize("student", ["right", "half", "hostile"])
def test_marks_are_what_dlf_grade_gives_the_same_code(course, student):
    book = json.loads((course.folder / "submitted" / student / "m1_cnn" / f"{NAME}.ipynb").read_text(encoding="utf-8"))
    parts = [by_grade_id(grade_id(cell) or "", "".join(cell["source"])) for cell in book["cells"]]
    with Desk(Assignment(("m1",), 7, train=False)) as desk:
        report = msgspec.json.decode(desk.grade(files_of(part for part in parts if part)), type=Report)
    assert marks(course)[student] == pytest.approx(report.score)


def test_right_code_earns_all_that_was_graded_and_half_of_it_a_part(course):
    found = marks(course)
    assert found["right"] == 97  # all but the training, which was not run
    assert 0 < found["half"] < found["right"]


def test_a_rewritten_score_cell_or_a_patched_comparison_earns_nothing(course):
    book = json.loads((course.folder / "autograded" / "hostile" / "m1_cnn" / f"{NAME}.ipynb").read_text())
    conv = next(cell for cell in book["cells"] if grade_id(cell) == "m1-conv")
    assert "".join(conv["source"]) == "%dlf m1.conv"
    assert float("".join(conv["outputs"][-1]["data"]["text/plain"])) < 5
    assert sum(1 for cell in book["cells"] if grade_id(cell) == "m1-lenet") == 1
    assert any(grade_id(cell) == "m1-flatten" for cell in book["cells"])
    assert not any(grade_id(cell) == "bonus" for cell in book["cells"])


def test_noise_on_stderr_costs_no_mark_and_max_pool_is_right_beside_it(course):
    book = json.loads((course.folder / "autograded" / "hostile" / "m1_cnn" / f"{NAME}.ipynb").read_text())
    pool = next(cell for cell in book["cells"] if grade_id(cell) == "m1-max_pool")
    assert float("".join(pool["outputs"][-1]["data"]["text/plain"])) == 12


def test_feedback_shows_the_diagnosis_below_the_cell_that_it_is_about(course):
    page = (course.folder / "feedback" / "half" / "m1_cnn" / f"{NAME}.html").read_text(encoding="utf-8")
    comment = page[page.index("Comments:") :]
    assert "Conv2d.backward sends the right gradient to x" in comment
    assert "smallest case" in comment
