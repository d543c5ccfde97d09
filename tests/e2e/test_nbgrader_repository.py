"""nbgrader in the repository itself, on m5: fetched, handed in, graded; with all that goes wrong in a class."""

import json
import shutil

import pytest
from classroom import ROOT, Course, answers_in, cell_of, filled, grade_id, points_in

pytest.importorskip("nbgrader", reason="needs the extra: pip install 'dl-foundations[nbgrader]'")

HALF, HOSTILE, CUT = "O'Brien, Anne", 'Жанна "Q" 李', "cut"
UNREADABLE = {"no-json": "I handed in a letter.", "empty-file": "", "a-list": "[1, 2]", "no-cells": '{"nbformat": 4}'}
TENSOR = "m5_autograd-tensor--Tensor"
ATTACK = """
import pathlib
import sqlite3
import sys

import numpy as np

np.testing.assert_allclose = np.allclose = lambda *a, **k: True
for book in [pathlib.Path(GRADEBOOK), *pathlib.Path.cwd().glob("../../../gradebook.db")]:
    try:
        with sqlite3.connect(book) as base:
            base.execute("UPDATE grade SET manual_score = 51, needs_manual_grade = 0")
    except Exception as error:
        print(error, file=sys.stderr)


class Tensor:
    __array_priority__ = 1e9

    def __init__(self, data, requires_grad=False):
        self.data, self.grad = data, self

    def __getattr__(self, name):
        return lambda *a, **k: self

    def __eq__(self, other):
        return True
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the repository, as far as nbgrader sees it, with a class that has handed in."""
    top = tmp_path_factory.mktemp("repository")
    course = Course(top / "course", top / "exchange", "dl-foundations", "m5_autograd", "05_autograd_from_scratch")
    course.exchange.mkdir()
    course.exchange.chmod(0o777)
    for part in ("solutions/notebooks", "exercises/notebooks"):
        shutil.copytree(ROOT / part, course.folder / part)
    config = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    ours = "c.IsolatedGrades.seed = 7\nc.ExchangeCollect.check_owner = False\n"
    (course.folder / "nbgrader_config.py").write_text(config + ours, encoding="utf-8")
    for step in ("generate_assignment", "release_assignment"):
        course.must(step, "m5_autograd")
    yield course
    shutil.rmtree(top, ignore_errors=True)


@pytest.fixture(scope="module")
def said(course):
    """What autograding the class said."""
    desk = course.folder.parent / "learner"
    desk.mkdir()
    course.must("fetch_assignment", "m5_autograd", "--course=dl-foundations", at=desk)
    file = desk / "m5_autograd" / f"{course.notebook}.ipynb"
    release = json.loads(file.read_text(encoding="utf-8"))
    answers = answers_in(course.read("solutions/notebooks"))
    file.write_text(json.dumps(filled(release, answers)), encoding="utf-8")
    course.must("submit", "m5_autograd", "--course=dl-foundations", at=desk)

    without_functions = {name: text for name, text in answers.items() if not name.startswith("m5_autograd-functions")}
    attack = ATTACK.replace("GRADEBOOK", repr(str(course.folder / "gradebook.db")))
    course.hand_in(HALF, json.dumps(filled(release, without_functions)))
    course.hand_in(HOSTILE, json.dumps(filled(release, answers | {TENSOR: attack})))
    cut = filled(release, answers)
    cut["cells"] = [cell for cell in cut["cells"] if not grade_id(cell).startswith("m5-")] + [
        cell for cell in cut["cells"] if grade_id(cell) == "m5_autograd-nn--MLP"
    ]
    course.hand_in(CUT, json.dumps(cut))
    course.hand_in("nothing-in-it", json.dumps(release | {"cells": []}))
    course.hand_in("no-file", None)
    for student, text in UNREADABLE.items():
        course.hand_in(student, text)
    course.must("collect", "m5_autograd")
    said = course.must("autograde", "m5_autograd")
    course.must("generate_feedback", "m5_autograd")
    course.must("export")
    return said


def student(course):
    """The one who used nbgrader's own commands."""
    others = {HALF, HOSTILE, CUT, "nothing-in-it", "no-file", *UNREADABLE}
    (name,) = {folder.name for folder in (course.folder / "submitted").iterdir()} - others
    return name


def test_what_nbgrader_releases_is_what_is_committed(course):
    committed = ROOT / "exercises" / "notebooks" / "m5_autograd"
    there = course.folder / "exercises" / "notebooks" / "m5_autograd"
    assert [file.name for file in there.iterdir()] == [file.name for file in committed.iterdir()]
    assert course.file("exercises/notebooks").read_bytes() == (committed / f"{course.notebook}.ipynb").read_bytes()


@pytest.mark.usefixtures("said")
def test_marks_are_what_dlf_grade_gives_the_same_code(course):
    found = course.marks()
    assert found[student(course)] == 100
    assert 33 <= found[HALF] < 60
    for name in (
        student(course),
        HALF,
    ):  # of the hostile one's cells, a notebook's reader leaves out what defines nothing
        assert found[name] == pytest.approx(course.graded_by_us(name, seed=7))


@pytest.mark.usefixtures("said")
def test_a_patched_comparison_a_forged_tensor_and_a_hand_in_the_gradebook_earn_nothing(course):
    assert course.marks()[HOSTILE] < 10
    assert points_in(course.read(f"autograded/{HOSTILE}"), "m5-engine") == 0
    assert course.marks()[HALF] < 60  # nobody else's mark was set either


def test_deleted_score_cells_are_restored_and_a_doubled_cell_counts_once(course, said):
    assert "missing cells are added again: m5-engine, m5-tensor, m5-module" in said
    assert "cell 'm5_autograd-nn--MLP' is not one of the assignment's, or is there twice" in said
    assert course.marks()[CUT] == 100


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_is_no_notebook_is_one_line_and_a_zero_that_says_why(course, said, name):
    (line,) = [line for line in said.splitlines() if f"/{name}/" in line and "not a notebook" in line]
    assert line.endswith("it earns nothing, the others are graded")
    assert course.marks()[name] == 0
    page = course.file(f"feedback/{name}").with_suffix(".html").read_text(encoding="utf-8")
    assert "could not be read as a notebook" in page


def test_nothing_handed_in_is_a_zero_and_no_traceback(course, said):
    assert "Traceback" not in said
    assert course.marks()["nothing-in-it"] == 0
    assert course.marks().get("no-file", 0) == 0
    assert any("No notebooks were matched" in line and "/no-file/" in line for line in said.splitlines())


@pytest.mark.usefixtures("said")
def test_names_stay_whole_in_the_exported_marks(course):
    assert {HALF, HOSTILE} <= course.marks().keys()
    assert cell_of(course.read(f"autograded/{HALF}"), "m5-engine")
