from pathlib import Path

import pytest
from dlf_grader.cli import main
from dlf_grader.commands.lay_out import is_folder, lay_out
from dlf_grader.failures import UsageError

ROOT = Path(__file__).parents[3]


def test_a_folder_gets_exercises_lessons_notebooks_and_solutions(tmp_path):
    folder = tmp_path / "new" / "course"
    assert lay_out(folder)[-1] == f"next: cd {folder} && dlf-grade start"
    for path in ("exercises/m0_mlp/layers.py", "exercises/m0_mlp/README.md", "solutions/m0_mlp/layers.py", "AGENTS.md"):
        assert (folder / path).read_bytes() == (ROOT / path).read_bytes()
    assert list(folder.glob("exercises/notebooks/*/*.ipynb"))
    assert not list(folder.rglob("__pycache__"))


def test_nothing_that_is_there_is_written_over(tmp_path):
    lay_out(tmp_path)
    mine = tmp_path / "exercises" / "m0_mlp" / "layers.py"
    mine.write_text("mine")
    (tmp_path / "AGENTS.md").unlink()
    assert "nothing was written" in lay_out(tmp_path)[0]
    assert mine.read_text() == "mine"
    assert not (tmp_path / "AGENTS.md").exists()


def test_a_course_in_a_course_is_refused(tmp_path):
    (tmp_path / "exercises").mkdir()
    with pytest.raises(UsageError, match="lies in the course"):
        lay_out(tmp_path / "sub")


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=r"file/course cannot be written to"):
        lay_out(tmp_path / "file" / "course")


@pytest.mark.parametrize(
    ("word", "folder"), [("m0", False), ("m0.relu", False), ("~/course", True), ("./course", True), (".", True)]
)
def test_a_word_with_a_slash_is_a_folder(word, folder):
    assert is_folder(word) == folder


def test_start_with_a_folder_lays_it_out_and_ends(tmp_path, capsys):
    assert main(["start", f"{tmp_path}/course"]) == 0
    assert capsys.readouterr().out.startswith(f"written: {tmp_path}/course/exercises\n")
