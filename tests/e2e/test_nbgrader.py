"""nbgrader's own command line, from a source notebook to feedback: marks are dlf-grade's, whatever a cell does."""

import copy
import json
import shutil
import subprocess
import sys

import pytest
from classroom import ROOT, Course, answers_in, cell_of, filled, grade_id, points_in

pytest.importorskip("nbgrader", reason="needs the extra: pip install 'dl-foundations[nbgrader]'")

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


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Three submissions on their way from release to exported marks."""
    top = tmp_path_factory.mktemp("nbgrader")
    course = Course(top / "course", top / "exchange", "course", "m1_cnn", "01_cnn_from_scratch")
    course.exchange.mkdir()
    course.exchange.chmod(0o777)
    command = [sys.executable, "-m", "dlf_grader.cli", "nbgrader", "init", str(course.folder), "-m", "m1"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with (course.folder / "nbgrader_config.py").open("a") as config:
        config.write(
            "c.IsolatedGrades.seed = 7\nc.IsolatedGrades.train = False\nc.ExchangeCollect.check_owner = False\n"
        )
    for step in ("generate_assignment", "release_assignment"):
        course.must(step, "m1_cnn")
    answers, release = answers_in(course.read("source")), course.read("release")
    half = {HERE[name]: answers[HERE[name]] for name in ("conv", "max_pool")}
    half[HERE["conv"]] = half[HERE["conv"]].replace(*OVERWRITES)
    hostile = {HERE["conv"]: HOSTILE, HERE["max_pool"]: half[HERE["max_pool"]]}
    course.hand_in("right", json.dumps(filled(release, answers)))
    course.hand_in("half", json.dumps(filled(release, half)))
    course.hand_in("hostile", json.dumps(tampered(filled(release, hostile))))
    for step in ("collect", "autograde", "generate_feedback"):
        course.must(step, "m1_cnn")
    course.must("export")
    yield course
    shutil.rmtree(top, ignore_errors=True)


def test_a_release_holds_no_solution_and_the_points_of_the_checks(course):
    release = course.read("release")
    text = "".join("".join(cell["source"]) for cell in release["cells"])
    assert "sliding_window_view(padded" not in text
    assert "raise NotImplementedError" in text
    points = [cell["metadata"].get("nbgrader", {}).get("points", 0) for cell in release["cells"]]
    assert sum(points) == 100


@pytest.mark.parametrize("student", ["right", "half", "hostile"])
def test_marks_are_what_dlf_grade_gives_the_same_code(course, student):
    assert course.marks()[student] == pytest.approx(course.graded_by_us(student, seed=7, train=False))


def test_right_code_earns_all_that_was_graded_and_half_of_it_a_part(course):
    found = course.marks()
    assert found["right"] == 97  # all but the training, which was not run
    assert 0 < found["half"] < found["right"]


def test_a_rewritten_score_cell_or_a_patched_comparison_earns_nothing(course):
    book = course.read("autograded/hostile")
    assert "".join(cell_of(book, "m1-conv")["source"]) == "%dlf m1.conv"
    assert points_in(book, "m1-conv") < 5
    names = [grade_id(cell) for cell in book["cells"]]
    assert names.count("m1-lenet") == names.count("m1-flatten") == 1
    assert "bonus" not in names


def test_noise_on_stderr_costs_no_mark_and_max_pool_is_right_beside_it(course):
    assert points_in(course.read("autograded/hostile"), "m1-max_pool") == 12


def test_feedback_shows_the_diagnosis_below_the_cell_that_it_is_about(course):
    page = course.file("feedback/half").with_suffix(".html").read_text(encoding="utf-8")
    comment = page[page.index("Comments:") :]
    assert "Conv2d.backward sends the right gradient to x" in comment
    assert "smallest case" in comment
