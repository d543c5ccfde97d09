import io
import sys
from datetime import date

import pytest
from dlf_grader.cli import main
from dlf_grader.commands.progress import Standing, add, kept
from dlf_grader.model import Status
from dlf_grader.run.checksums import files_in_words
from dlf_grader.run.store import Store

A, B = "m0/a.py", "m0/b.py"


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "t" / "m0").mkdir(parents=True)
    for path in (A, B):
        (tmp_path / "t" / path).write_text("x = 1\n")
    return str(tmp_path / "t")


@pytest.fixture
def stores(tmp_path):
    there, here = Store(tmp_path / "there"), Store(tmp_path / "here")
    yield there, here
    there.close()
    here.close()


def marks(path):
    return files_in_words([(path, b"x = 1\n")])


def test_what_one_machine_remembers_is_added_to_anothers(tree, stores):
    there, here = stores
    there.restore("/elsewhere/t", "m0.a", Status.PASSED, marks(A))
    there.note_hint("/elsewhere/t", "m0.b", 2)
    there.note_looked_up("/elsewhere/t", "m0.a")
    there.note_day("/elsewhere/t", date(2026, 3, 1))
    found = kept(there, "/elsewhere/t")
    assert found.checks == {
        "m0.a": Standing(Status.PASSED, marks(A), 0, looked_up=True),
        "m0.b": Standing(hints=2),
    }
    assert add(here, tree, found) == 2
    assert kept(here, tree) == found


def test_what_passes_here_stays_passed_and_what_only_did_does_not(tree, stores):
    there, here = stores
    here.restore(tree, "m0.a", Status.PASSED, marks(A))
    here.restore(tree, "m0.b", Status.PASSED, files_in_words([(B, b"before")]))
    for name in ("m0.a", "m0.b"):
        there.restore(tree, name, Status.FAILED, marks(A))
    add(here, tree, kept(there, tree))
    assert {name: status for name, (status, _) in here.statuses(tree).items()} == {"m0.a": "passed", "m0.b": "failed"}


@pytest.mark.parametrize("text", ["x", '{"checks": {}}', '{"schema": "dlf/progress/v9"}', '{"schema": 1}'])
def test_a_file_of_another_kind_is_refused_in_a_line(tree, tmp_path, monkeypatch, capsys, text):
    monkeypatch.setenv("DLF_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert main(["progress", "import", "-", "--tree", tree]) == 2
    said = capsys.readouterr().err
    assert "written by" in said
    assert said.count("\n") == 1
