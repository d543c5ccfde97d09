"""`dlf-grade locate`, as somebody uses it who is stuck."""

import shutil
from pathlib import Path

import pytest
from dlf_grader.cli import main

COURSE = Path(__file__).parents[2]
FORBIDDEN = """
from dataclasses import replace

from dlf_grader.hookspecs import hookimpl


@hookimpl
def dlf_modify_checks(checks):
    checks[:] = [replace(check, may_locate=False) for check in checks]
"""


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A repository whose exercises are solved, and we stand in it."""
    shutil.copytree(COURSE / "solutions", tmp_path / "exercises", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DLF_CACHE", str(tmp_path / "cache"))
    return tmp_path


@pytest.fixture
def locate(capsys):
    """What the command prints."""

    def run(check: str, *more: str, code: int = 0) -> str:
        assert main(["locate", check, *more]) == code
        return capsys.readouterr().out

    return run


def spoil(course, path, right, wrong):
    file = course / "exercises" / path
    text = file.read_text()
    assert text.count(right) == 1
    file.write_text(text.replace(right, wrong))
    return 1 + text[: text.index(right)].count("\n")


def test_it_tells_the_line_then_the_kind_then_the_change_and_forgets_when_the_file_changes(course, locate):
    line = spoil(course, "m1_cnn/conv.py", "self.dL_db = dL_dy.sum(axis=(0, 2))", "self.dL_db = dL_dy.sum(axis=(1, 2))")
    first, second, third = (locate("m1.conv.parameters") for _ in range(3))
    assert first.startswith(f"exercises/m1_cnn/conv.py:{line} in Conv2d.backward\n")
    assert "axis" not in first.splitlines()[-1]
    assert second.splitlines()[-1] == "An axis is wrong. Ask again for the change itself."
    assert "`dL_dy.sum(axis=(1, 2))` becomes `dL_dy.sum(axis=(0, 2))`" in third
    with open(course / "exercises/m1_cnn/conv.py", "a", encoding="utf-8") as file:
        file.write("# one line more\n")
    assert locate("m1.conv.parameters") == first


def test_two_mistakes_are_beyond_a_single_change(course, locate):
    spoil(course, "m0_mlp/layers.py", "return dL_dy * (1 - self.y**2)", "return 3 * dL_dy * (1.7 - self.y**3) + 2")
    found = locate("m0.tanh.backward", "--seconds", "600", code=1)
    assert "No single change repairs it." in found


def test_a_search_ends_in_time(course, locate):
    spoil(course, "m1_cnn/conv.py", "padded = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))", "padded = x")
    assert "--seconds 0.02 searches longer" in locate("m1.conv.forward", "--seconds", "0.01", code=1)


def test_what_passes_needs_no_repair(course, locate):
    assert "there is nothing to repair" in locate("m0.relu.forward", code=1)


def test_a_training_is_refused_with_the_command_that_looks_for_its_cause(course, capsys):
    assert main(["locate", "m1.digits"]) == 2
    assert "m1.digits trains a network, and no one line may be wrong; ask: dlf-grade why" in capsys.readouterr().err


def test_what_is_not_written_is_not_searched(course, locate):
    shutil.copy(COURSE / "exercises/m0_mlp/layers.py", course / "exercises/m0_mlp/layers.py")
    assert "m0.relu.forward is not wrong yet: not written yet" in locate("m0.relu.forward", code=1)


def test_a_course_may_forbid_it_and_hints_no_longer_offer_it(course, capsys):
    (course / "dlfplugin.py").write_text(FORBIDDEN)
    assert main(["locate", "m1.conv.backward"]) == 2
    assert "locate is switched off for m1.conv.backward" in capsys.readouterr().err
    for _ in range(4):
        main(["hint", "m1.conv.backward"])
    assert "locate" not in capsys.readouterr().out


def test_the_last_hint_offers_it(course, capsys):
    for _ in range(4):
        main(["hint", "m1.conv.backward"])
    assert capsys.readouterr().out.count("dlf-grade locate m1.conv.backward") == 2
