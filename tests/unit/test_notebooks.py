"""Lessons become notebooks, and cells become exercise files, without Jupyter."""

import json
from pathlib import Path

import pytest
from dlf_grader.authoring.lint import all_checks, solution_lines_outside
from dlf_grader.authoring.sync import solution_lines
from dlf_grader.failures import UsageError
from dlf_grader.model import Report, Result, Status
from dlf_grader.notebooks import build as notebooks
from dlf_grader.notebooks import release
from dlf_grader.notebooks.cells import by_first_line, by_grade_id, files_of, latest, section_of, with_places
from dlf_grader.notebooks.command import for_a_course, for_the_repository
from dlf_grader.plugins import load_plugins
from dlf_grader.run.sources import read_source

ROOT = Path(__file__).parents[2]
LESSON = ROOT / "solutions" / "notebooks" / "m1_cnn" / "01_cnn_from_scratch.md"


@pytest.fixture(scope="module")
def checks():
    return {milestone.folder: found for milestone, found in all_checks(ROOT, load_plugins(None))}


@pytest.mark.parametrize("lesson", notebooks.lessons(ROOT), ids=lambda path: path.stem)
def test_a_committed_notebook_is_what_its_lesson_and_the_solutions_give(lesson, checks):
    assert not notebooks.out_of_date(lesson, notebooks.notebook(lesson, ROOT, checks[lesson.parent.name]))


@pytest.mark.parametrize("lesson", notebooks.lessons(ROOT), ids=lambda path: path.stem)
def test_score_cells_are_worth_the_milestones_points(lesson, checks):
    made = notebooks.notebook(lesson, ROOT, checks[lesson.parent.name])
    points = [cell["metadata"].get("nbgrader", {}).get("points", 0) for cell in made["cells"]]
    assert sum(points) == sum(check.points for check in checks[lesson.parent.name])


@pytest.mark.parametrize("lesson", notebooks.lessons(ROOT), ids=lambda path: path.stem)
def test_the_cells_of_a_notebook_define_what_the_files_define(lesson, checks):
    made = notebooks.notebook(lesson, ROOT, checks[lesson.parent.name])
    parts = [
        part
        for cell in made["cells"]
        if (part := by_grade_id(cell["metadata"].get("nbgrader", {}).get("grade_id", ""), "".join(cell["source"])))
    ]
    for path, data in files_of(parts).items():
        there = {name for name, _ in notebooks.definitions(data.decode()) if name}
        assert there == {name for name, _ in notebooks.definitions((ROOT / "solutions" / path).read_text()) if name}


@pytest.mark.parametrize("lesson", notebooks.lessons(ROOT), ids=lambda path: path.stem)
def test_a_learners_notebook_is_the_same_but_for_solutions_and_outputs(lesson, checks):
    made = notebooks.notebook(lesson, ROOT, checks[lesson.parent.name])
    given = json.loads(release.place_of(lesson, ROOT).read_text(encoding="utf-8"))
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


def test_the_repositorys_nbgrader_configuration_is_generated_and_shares_its_text_with_a_course():
    ours = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    assert ours == for_the_repository()
    own = for_a_course('a "course"').splitlines()
    assert 'c.CourseDirectory.course_id = "a \\"course\\""' in own
    assert len(set(own) - set(ours.splitlines())) == 2  # who wrote it, and the course's name


def test_a_lesson_that_leaves_a_solution_out_is_refused(tmp_path, checks):
    text = LESSON.read_text(encoding="utf-8").replace("<!-- solution m1_cnn/pool.py Flatten -->", "")
    lesson = notebooks.Lesson("lesson.md", ROOT / "solutions", checks["m1_cnn"])
    with pytest.raises(UsageError, match=r"Flatten of m1_cnn/pool\.py is in 0 cells"):
        lesson.cells(text)


def test_a_lesson_that_scores_a_check_twice_is_refused(checks):
    text = LESSON.read_text(encoding="utf-8") + "\n<!-- score m1.conv.forward -->\n"
    with pytest.raises(UsageError, match=r"m1\.conv\.forward is scored by 2 cells"):
        notebooks.Lesson("lesson.md", ROOT / "solutions", checks["m1_cnn"]).cells(text)


def test_a_mark_after_a_body_stays_with_it():
    found = notebooks.definitions("def f():\n    ### BEGIN SOLUTION a\n    return 1\n    ### END SOLUTION\n\n\nX = 2\n")
    assert [name for name, _ in found] == ["f", "X"]
    assert found[0][1].endswith("### END SOLUTION")


def test_an_import_of_another_exercise_is_hidden_in_the_notebook_and_back_in_the_file():
    ((name, source),) = notebooks.definitions("from m0_mlp.layers import (\n    Linear,\n    ReLU,\n)\n")
    assert (name, source) == ("", "#: from m0_mlp.layers import Linear, ReLU")
    files = files_of([by_grade_id("m0_mlp-mlp--TwoLayerMLP", source)])
    assert files == {"m0_mlp/mlp.py": b"from m0_mlp.layers import Linear, ReLU\n"}


def test_of_a_cell_that_was_run_twice_the_later_one_counts_in_the_earlier_place():
    run = ["# m1_cnn/pool.py: A\nx = 1", "print(3)", "# m1_cnn/pool.py: B\ny = 1", "# m1_cnn/pool.py: A\nx = 2"]
    cells = latest(cell for text in run if (cell := by_first_line(text)))
    assert files_of(cells) == {"m1_cnn/pool.py": b"# m1_cnn/pool.py: A\nx = 2\n\n# m1_cnn/pool.py: B\ny = 1\n"}


@pytest.mark.parametrize("name", ["", "conv", "m1-conv", "--x", "m1_cnn--x", "m1_cnn-conv--", "task 3"])
def test_a_grade_id_that_names_no_file_is_no_part_of_one(name):
    assert by_grade_id(name, "x = 1") is None


def test_a_file_without_any_cell_is_said_to_lack_one():
    path = "m1_cnn/pool.py"
    result = Result(
        "m1.flatten.forward", "m1", path, "parity", "", Status.FAILED, 0, 1, read_source(ROOT, path).problem
    )
    (told,) = with_places(Report("exercises", 1, "process", {}, {}, 0, 1, (result,)), []).results
    assert told.message == "there is no cell of m1_cnn/pool.py: one starts with the line `# m1_cnn/pool.py: …`"


def test_a_score_cell_stands_for_checks_that_share_a_beginning():
    assert section_of("m1-batch_norm-forward") == "m1.batch_norm.forward"
