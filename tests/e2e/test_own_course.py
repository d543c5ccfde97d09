"""A course of one's own: everything an author and a learner do works in it, and none of our milestones is there."""

import json
import shutil
import zipfile

import pytest
from dlf_grader.cli import main


@pytest.fixture
def course(tmp_path, monkeypatch, capsys):
    """A function: runs a command in a new course and returns its exit code and what it printed."""
    assert main(["course", "new", str(tmp_path / "own")]) == 0
    monkeypatch.chdir(tmp_path / "own")
    capsys.readouterr()

    def run(*words):
        code = main(list(words))
        return code, "".join(capsys.readouterr())

    return run


def test_it_has_its_own_milestone_alone_and_a_learner_gets_through_it(course, tmp_path):
    code, said = course("list")
    assert code == 0
    assert said.startswith("x1 moments · 0 of 100 points\n")
    assert "m0" not in said
    assert "exercises/x1_moments/moments.py:20" in course("next")[1]
    assert course("x1")[0] == 1
    stub = tmp_path / "own" / "exercises" / "x1_moments" / "moments.py"
    shutil.copyfile(tmp_path / "own" / "solutions" / "x1_moments" / "moments.py", stub)
    assert course("x1")[0] == 0
    assert "distances**2" in course("solution", "x1.variance")[1]
    assert course("reset", "x1.variance")[0] == 0
    assert "NotImplementedError" in stub.read_text()


def test_its_author_has_lint_notebooks_and_an_autograder(course, tmp_path):
    assert course("dev", "lint")[1].endswith("no problems in 1 checks\n")
    assert course("dev", "docs", "--check")[0] == 0
    assert course("dev", "notebooks", "--no-run")[0] == 0
    assert course("gradescope", "build", "x1", "-o", str(tmp_path / "a.zip"))[0] == 0
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert {"dlfplugin.py", "exercises/x1_moments/moments.py"} <= set(archive.namelist())
    shutil.copytree(tmp_path / "own" / "solutions" / "x1_moments", tmp_path / "autograder" / "submission")
    assert course("gradescope", "run", "x1", "--root", str(tmp_path / "autograder"))[0] == 0
    assert json.loads((tmp_path / "autograder" / "results" / "results.json").read_text())["score"] == 100


def test_a_folder_that_holds_something_is_left_alone(course):
    code, said = course("course", "new", ".")
    assert code == 2
    assert "name a new folder" in said
