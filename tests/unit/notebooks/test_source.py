"""Lessons become notebooks, and cells become exercise files, without Jupyter."""

import json
from pathlib import Path

import pytest
from dlf_grader.authoring.lint import solution_lines_outside
from dlf_grader.config import Config
from dlf_grader.failures import UsageError
from dlf_grader.notebooks import release, source
from dlf_grader.notebooks.cells import by_grade_id, files_of
from dlf_grader.plugins import load_plugins
from dlf_grader.run.collect import catalogue_of
from dlf_grader.run.reading.stubs import solution_lines

ROOT = Path(__file__).parents[3]
LESSON = ROOT / "solutions" / "notebooks" / "m1_cnn" / "01_cnn_from_scratch.md"


@pytest.fixture(scope="module")
def checks():
    return {
        milestone.folder: found
        for milestone, found in catalogue_of(Config(tree=ROOT / "solutions"), load_plugins(None))
    }


@pytest.mark.parametrize("lesson", source.lessons(ROOT), ids=lambda path: path.stem)
def test_a_committed_notebook_is_what_its_lesson_and_the_solutions_give(lesson, checks):
    assert not source.out_of_date(lesson, source.notebook(lesson, ROOT, checks[lesson.parent.name]))


@pytest.mark.parametrize("lesson", source.lessons(ROOT), ids=lambda path: path.stem)
def test_score_cells_are_worth_the_milestones_points(lesson, checks):
    made = source.notebook(lesson, ROOT, checks[lesson.parent.name])
    points = [cell["metadata"].get("nbgrader", {}).get("points", 0) for cell in made["cells"]]
    assert sum(points) == sum(check.points for check in checks[lesson.parent.name])


@pytest.mark.parametrize("lesson", source.lessons(ROOT), ids=lambda path: path.stem)
def test_the_cells_of_a_notebook_define_what_the_files_define(lesson, checks):
    made = source.notebook(lesson, ROOT, checks[lesson.parent.name])
    parts = [
        part
        for cell in made["cells"]
        if (part := by_grade_id(cell["metadata"].get("nbgrader", {}).get("grade_id", ""), "".join(cell["source"])))
    ]
    for path, data in files_of(parts).items():
        there = {name for name, _ in source.definitions(data.decode()) if name}
        assert there == {name for name, _ in source.definitions((ROOT / "solutions" / path).read_text()) if name}


@pytest.mark.parametrize("lesson", source.lessons(ROOT), ids=lambda path: path.stem)
def test_a_learners_notebook_is_the_same_but_for_solutions_and_outputs(lesson, checks):
    made = source.notebook(lesson, ROOT, checks[lesson.parent.name])
    given = json.loads(release.released_path(lesson, ROOT).read_text(encoding="utf-8"))
    assert len(given["cells"]) == len(made["cells"])
    for ours, theirs in zip(made["cells"], given["cells"], strict=True):
        text = "".join(theirs["source"])
        assert not theirs.get("outputs")
        if ours["metadata"].get("nbgrader", {}).get("solution"):
            assert "raise NotImplementedError()" in text
            solved = "".join(ours["source"])
            assert not (solution_lines(solved) - solution_lines_outside(solved)) & set(
                map(str.strip, text.splitlines())
            )
        else:
            assert text == "".join(ours["source"])


def test_a_lesson_that_leaves_a_solution_out_is_refused(tmp_path, checks):
    text = LESSON.read_text(encoding="utf-8").replace("<!-- solution m1_cnn/pool.py Flatten -->", "")
    lesson = source.Lesson("lesson.md", ROOT / "solutions", checks["m1_cnn"])
    with pytest.raises(UsageError, match=r"Flatten of m1_cnn/pool\.py is in 0 cells"):
        lesson.cells(text)


def test_a_lesson_that_scores_a_check_twice_is_refused(checks):
    text = LESSON.read_text(encoding="utf-8") + "\n<!-- score m1.conv.forward -->\n"
    with pytest.raises(UsageError, match=r"m1\.conv\.forward is scored by 2 cells"):
        source.Lesson("lesson.md", ROOT / "solutions", checks["m1_cnn"]).cells(text)


def test_a_mark_after_a_body_stays_with_it():
    found = source.definitions("def f():\n    ### BEGIN SOLUTION a\n    return 1\n    ### END SOLUTION\n\n\nX = 2\n")
    assert [name for name, _ in found] == ["f", "X"]
    assert found[0][1].endswith("### END SOLUTION")


def test_an_import_of_another_exercise_is_hidden_in_the_notebook_and_back_in_the_file():
    ((name, text),) = source.definitions("from m0_mlp.layers import (\n    Linear,\n    ReLU,\n)\n")
    assert (name, text) == ("", "#: from m0_mlp.layers import Linear, ReLU")
    files = files_of([by_grade_id("m0_mlp-mlp--TwoLayerMLP", text)])
    assert files == {"m0_mlp/mlp.py": b"from m0_mlp.layers import Linear, ReLU\n"}
