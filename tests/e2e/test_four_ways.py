"""A notebook gets the same marks by `%dlf`, `nbgrader autograde`, `dlf-grade batch` and on Gradescope."""

import contextlib
import csv
import json
import subprocess
import sys
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from classroom import ROOT, Course
from dlf_grader.classroom import gradescope
from dlf_grader.notebooks.magic import Magic
from mishaps import LESSON, MISHAPS, notebooks, write

pytest.importorskip("nbgrader", reason="needs the extra: pip install 'dl-foundations[nbgrader]'")

WAYS = ("Gradescope", "%dlf", "batch", "nbgrader")
FULL = dict.fromkeys(MISHAPS, 96.0)  # all but the training, which nobody ran
LOST = (
    *("a_mistake", "a_cell_that_is_no_python", "a_cell_made_markdown"),
    *("a_cell_below_timeit", "a_magic_below_the_first_line"),
)
POINTS = FULL | dict.fromkeys(LOST, 91.0) | {"a_class_not_there": 73.0, "a_file_not_there": 66.0}


def dlf_grade(*words, at=ROOT):
    done = subprocess.run(
        [sys.executable, "-m", "dlf_grader.cli", *map(str, words)],
        cwd=at,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def marks(tmp_path_factory):
    """What each way gives each notebook."""
    top = tmp_path_factory.mktemp("ways")
    books = notebooks()
    for name, book in books.items():
        write(top / "class" / name, name, book)
    history = []
    shell = {
        "history_manager": SimpleNamespace(input_hist_raw=history),
        "user_ns": {},
        "display_pub": SimpleNamespace(publish=lambda data: None),
        "kernel": None,  # a notebook's shell has one
    }
    magic = Magic(SimpleNamespace(**shell))
    grader = magic._grader("m0")
    grader.checks = magic.checks = [check for check in magic.checks if check.kind != "training"]
    by = (
        by_gradescope(grader, top, books),
        by_magic(magic, history, top, books),
        by_batch(top),
        by_nbgrader(top, books),
    )
    magic.close()
    return dict(zip(WAYS, by, strict=True))


def by_magic(magic, history, top, books):
    found = {}
    for name, book in books.items():
        history[:] = ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "code"]
        with contextlib.chdir(top / "class" / name):
            found[name] = magic.dlf("m0")
    return found


def by_nbgrader(top, books):
    course = Course(top / "course", top / "exchange", "course", "m0_mlp", LESSON)
    dlf_grade("nbgrader", "init", course.folder, "-m", "m0")
    with (course.folder / "nbgrader_config.py").open("a") as config:
        config.write("c.IsolatedGrades.seed = 7\nc.IsolatedGrades.train = False\n")
    course.must("generate_assignment", "m0_mlp")
    for name, book in books.items():
        write(course.file(f"submitted/{name}").parent, name, book)
    course.must("autograde", "m0_mlp")
    course.must("generate_feedback", "m0_mlp", "--student", "colab_widgets")  # it ends where they are not cleaned
    course.must("export")
    return course.marks()


def by_batch(top):
    marks = top / "marks.csv"
    words = ("batch", top / "class", "-m", "m0", "--no-train", "--store", top / "a.db", "--export", f"csv={marks}")
    dlf_grade(*words, at=top)  # marks do not depend on where an instructor stands
    with marks.open(encoding="utf-8-sig", newline="") as file:
        return {row["student"]: float(row["score"]) for row in csv.DictReader(file)}


def by_gradescope(grader, top, books):
    found = {}
    for name in books:
        root = top / "autograder" / name
        root.mkdir(parents=True)
        (root / "submission").symlink_to(top / "class" / name)
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(ROOT)
            patch.setattr(gradescope, "SubmissionGrader", lambda _: nullcontext(grader))  # warm
            gradescope.gradescope(["run", "m0", "--no-train", "--root", str(root)])
        found[name] = json.loads((root / "results" / "results.json").read_text())["score"]
    return found


@pytest.mark.parametrize("name", MISHAPS)
def test_the_four_ways_agree_on_a_notebook_with_a_mishap(marks, name):
    assert {way: marks[way][name] for way in WAYS} == dict.fromkeys(WAYS, POINTS[name])
