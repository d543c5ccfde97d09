import sys
from pathlib import Path

import pytest
from dlf_grader.watch.editor import editor, open_in_editor

SHOWN = "exercises/m0_mlp/layers.py:44 · lesson: exercises/m0_mlp/README.md#linear"


@pytest.mark.parametrize(
    ("environment", "installed", "command"),
    [
        ({"TERM_PROGRAM": "vscode", "EDITOR": "vim"}, {"code", "vim"}, ["code"]),
        ({"EDITOR": "vim"}, {"code", "vim"}, ["vim"]),
        ({"VISUAL": "subl -n", "EDITOR": "vim"}, {"subl", "vim"}, ["subl", "-n"]),
        ({"EDITOR": "absent"}, {"code"}, []),
        ({}, {"codium"}, ["codium"]),
        ({}, set(), []),
    ],
)
def test_the_editor_is_the_one_that_the_learner_sits_in_then_the_one_they_chose(environment, installed, command):
    assert editor(environment, lambda name: name if name in installed else None) == command


@pytest.fixture
def with_editor(tmp_path, monkeypatch):
    def written(name, code):
        program = tmp_path / name
        program.write_text(f"#!{sys.executable}\nimport sys\nfrom pathlib import Path\n{code}\n")
        program.chmod(0o755)
        for variable in ("VISUAL", "TERM_PROGRAM"):
            monkeypatch.delenv(variable, raising=False)
        monkeypatch.setenv("EDITOR", str(program))

    return written


def opened():
    return open_in_editor(Path("/t/layers.py"), 44, Path("/t/README.md"), SHOWN)


@pytest.mark.skipif(sys.platform == "win32", reason="a script is no program there")
def test_an_editor_with_a_window_is_opened_at_the_line_with_the_lesson_beside(with_editor, tmp_path):
    with_editor("code", f"Path({str(tmp_path / 'told')!r}).write_text(' '.join(sys.argv[1:]))")
    assert opened() == [f"opened in code: {SHOWN}"]
    assert (tmp_path / "told").read_text() == "/t/README.md --goto /t/layers.py:44"
    with_editor("code", "sys.exit(3)")
    assert opened() == [f"code does not open; open {SHOWN}"]


@pytest.mark.skipif(sys.platform == "win32", reason="a script is no program there")
def test_an_editor_that_needs_the_terminal_is_left_to_the_learner(with_editor, monkeypatch):
    with_editor("vim", "raise SystemExit('it was started')")
    assert opened() == [f"open {SHOWN} · in another terminal: vim"]
    monkeypatch.setenv("EDITOR", "absent")
    assert opened() == [f"open {SHOWN}"]
