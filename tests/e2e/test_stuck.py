"""`hint`, `replay`, `reset` and `next`, as somebody uses them who is stuck."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from dlf_grader.cli import main

COURSE = Path(__file__).parents[2]
CONV = "m1_cnn/conv.py"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A repository whose exercises are solved, and we stand in it."""
    without_caches = shutil.ignore_patterns("__pycache__")
    shutil.copytree(COURSE / "solutions", tmp_path / "solutions", ignore=without_caches)
    shutil.copytree(COURSE / "solutions", tmp_path / "exercises", ignore=without_caches)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def said(capsys):
    """What a command prints; it has to succeed."""

    def run(*words: str, code: int = 0) -> str:
        assert main(list(words)) == code
        return capsys.readouterr().out

    return run


def test_each_asking_shows_one_hint_more_up_to_the_last(course, said):
    once, twice = said("hint", "m1.conv.forward"), said("hint", "m1.conv.forward")
    assert re.findall(r"^  (\d)\. ", once, re.MULTILINE) == ["1"]
    assert re.findall(r"^  (\d)\. ", twice, re.MULTILINE) == ["1", "2"]
    for _ in range(4):
        last = said("hint", "m1.conv.forward")
    assert "that was the last hint" in last
    assert last == said("hint", "m1.conv.forward")


def test_a_token_replays_the_one_case_with_its_inputs(course, said):
    file = course / "exercises" / CONV
    file.write_text(file.read_text().replace("y = W.reshape", "y = W[:, :, ::-1, ::-1].reshape"))
    failed = said("m1", "-k", "m1.conv.forward", "--no-train", "-v", code=1)
    found, _, token = failed.partition("replay: dlf-grade replay ")
    replayed = said("replay", token.split()[0], code=1)
    assert replayed.startswith(found)
    script = re.search(r"to run in exercises/:\n\n(.*\))\n\n", replayed, re.DOTALL)[1]
    y = subprocess.check_output([sys.executable, "-c", script], cwd=course / "exercises", text=True)
    yours = re.search(r"yours (-?\d+) ", found)[1]
    assert re.search(r"-?\d+", y)[0] == yours
    program = said("replay", token.split()[0], "--code")
    told = subprocess.check_output([sys.executable, "-c", program], cwd=course.parent, text=True)
    assert re.search(r"-?\d+", told)[0] == yours


def test_a_failing_case_can_be_debugged_at_the_line_where_it_goes_wrong(course):
    file = course / "exercises" / "m0_mlp" / "layers.py"
    text = file.read_text()
    assert "dL_dy.T @ x" in text
    file.write_text(text.replace("dL_dy.T @ x", "x.T @ dL_dy"))
    command = [sys.executable, "-m", "dlf_grader.cli", "debug", "m0.linear.parameters"]
    typed = "p dL_dy.shape\nc\np (yours.T == expected).all()\nq\n"
    done = subprocess.run(command, cwd=course, input=typed, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "-> self.dL_dW = x.T @ dL_dy" in done.stdout
    assert "(Pdb) (1, 2)" in done.stdout
    assert "(Pdb) " in done.stdout.partition("yours:")[2]


def test_what_passes_has_nothing_to_debug(course, capsys):
    assert main(["debug", "m0.linear.forward"]) == 2
    assert "m0.linear.forward passes: there is no failing case" in capsys.readouterr().err


def test_a_reset_keeps_what_was_written_and_is_graded_anew(course, said):
    file = course / "exercises" / CONV
    mine = file.read_text()
    said("m1", "-k", "m1.conv.forward", "--no-train")
    assert "✓ m1.conv.forward" in said("list", "m1")
    assert "your file is kept as exercises/m1_cnn/conv.py.1.bak" in said("reset", "m1.conv")
    assert file.with_name("conv.py.1.bak").read_text() == mine
    assert file.read_text() == (COURSE / "exercises" / CONV).read_text()
    assert "✓" not in said("list", "m1")
    assert said("next").startswith("m0.")
    assert "already is as it was handed out" in said("reset", CONV)


def test_a_reset_of_one_class_leaves_the_others_as_they_are(course, said):
    file = course / "exercises" / "m0_mlp" / "layers.py"
    assert "ReLU in exercises/m0_mlp/layers.py is as it was handed out" in said("reset", "m0.relu")
    assert file.read_text().count("NotImplementedError") == 2
    assert "self.dL_dW = dL_dy.T @ x" in file.read_text()


def test_a_reset_never_overwrites_what_an_earlier_one_kept(course, said):
    file = course / "exercises" / CONV
    said("reset", CONV)
    file.write_text("second")
    assert "conv.py.2.bak" in said("reset", f"exercises/{CONV}")
    assert file.with_name("conv.py.2.bak").read_text() == "second"
    file.unlink()
    said("reset", CONV)
    assert file.read_text() == (COURSE / "exercises" / CONV).read_text()


@pytest.mark.parametrize("what", ["m5.tensor.mul", "arithmetic.py"])
def test_a_file_that_an_exercise_imports_is_put_back_by_its_name_or_by_a_check_of_it(what, course, said):
    folder = course / "exercises" / "m5_autograd"
    for name in ("arithmetic.py", "tensor.py"):
        (folder / name).write_bytes((COURSE / "solutions" / "m5_autograd" / name).read_bytes())
    assert "exercises/m5_autograd/arithmetic.py is as it was handed out" in said("reset", what)
    assert (folder / "tensor.py").read_bytes() == (COURSE / "solutions" / "m5_autograd" / "tensor.py").read_bytes()
    handed_out = (COURSE / "exercises" / "m5_autograd" / "arithmetic.py").read_text()
    mine = (folder / "arithmetic.py").read_text()
    assert (mine == handed_out) == (what == "arithmetic.py")
    assert mine.count("NotImplementedError") == (
        1 if what == "m5.tensor.mul" else handed_out.count("NotImplementedError")
    )


@pytest.mark.parametrize(("what", "words"), [("m1", "expected one file, not m1_cnn/"), ("conv.forwad", "did you mean")])
def test_a_reset_of_no_one_file_says_what_it_expects(what, words, course, capsys):
    assert main(["reset", what]) == 2
    assert words in capsys.readouterr().err
