from dataclasses import replace

import pytest
from dlf_grader.config import Config
from dlf_grader.failures import (
    CheckFailure,
    DataUnusable,
    GraderFault,
    LearnerError,
    NotWritten,
    ServerLost,
    WorkerCrashed,
    WorkerRefused,
    WorkerTimeout,
)
from dlf_grader.frames import Frame
from dlf_grader.model import Check, Exercise, Status
from dlf_grader.report import Counterexample, Diagnosis, Location
from dlf_grader.run.outcome import Outcome
from dlf_grader.run.reading.tree import Tree

SOURCE = "import numpy as np\n\n\nclass Layer:\n    def forward(self, x):\n        return helper(x)\n"
CHECK = Check("m0.a", "a claim", "m0/a.py", "parity", 10.0, target="Layer.forward", run=lambda s, c: None, timeout=5)
AT = (Frame("m0/a.py", 6, "forward", {"x": "float64 (2, 3)"}),)


@pytest.fixture
def outcome(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t" / "m0").mkdir(parents=True)
    (tmp_path / "t" / "m0" / "a.py").write_text(SOURCE)
    return outcome_of(tmp_path / "t")


def outcome_of(tree, explained=(), **asked):
    return Outcome(Config(tree=tree, **asked), Tree(tree), lambda check, failure, sources: explained)


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (NotWritten("NotImplementedError", "m0.a", (), "forward(x)"), Status.TODO, "not written yet"),
        (CheckFailure("y is wrong"), Status.FAILED, "y is wrong"),
        (LearnerError("ValueError", "bad", (), "forward(x)"), Status.FAILED, "forward(x) raised ValueError: bad"),
        (WorkerTimeout("forward(x) did not end in time"), Status.TIMEOUT, "in time; the whole check has 5 s"),
        (WorkerCrashed("it died"), Status.CRASHED, "it died"),
        (ServerLost("it died twice"), Status.CRASHED, "it died twice"),
        (WorkerRefused("imports scipy"), Status.REFUSED, "imports scipy"),
        (WorkerRefused("imports numpi: use NumPy"), Status.REFUSED, "imports numpi; did you mean numpy?"),
        (DataUnusable("half of it is missing"), Status.SKIPPED, "half of it is missing"),
        (GraderFault("nobody knows"), Status.ERROR, "nobody knows"),
        (KeyError("ours"), Status.ERROR, "KeyError: 'ours' (dlf-grade -v shows where)"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_exception_means_one_status_and_says_why(outcome, error, status, message):
    result = outcome.of_error(CHECK, error)
    assert (result.status, result.score) == (status, 0.0)
    assert result.message.endswith(message)


def test_a_fault_of_ours_shows_its_traceback_on_request(outcome):
    verbose = outcome_of(outcome.tree.root, verbose=True)
    assert "Traceback" not in outcome.of_error(CHECK, KeyError("x")).message
    assert "KeyError" in verbose.of_error(CHECK, KeyError("x")).message.partition("(")[2]


@pytest.mark.parametrize(
    ("data", "unreadable"),
    [
        (b"def f(:\n", True),
        (b"x = 1\0\n", True),
        (b"# caf\xe9\n", True),
        (b"<<<<<<< mine\n=======\n>>>>>>> theirs\n", True),
        (None, False),
    ],
)
def test_a_file_that_is_there_and_no_program_is_known_as_that(outcome, data, unreadable):
    file = outcome.tree.root / "m0" / "a.py"
    file.unlink() if data is None else file.write_bytes(data)
    result = outcome.of_file(Exercise("m0/a.py", "numpy", ""), CHECK)
    assert (result.status, result.unreadable) == (Status.FAILED, unreadable)


def test_a_fault_in_explaining_is_a_fault_of_ours_and_loses_nothing_else(outcome):
    def raises(**about):
        raise OSError("no dictionary")

    broken = Outcome(outcome.config, outcome.tree, raises)
    result = broken.of_error(CHECK, CheckFailure("wrong"))
    assert (result.status, result.message.partition(" (")[0]) == (Status.ERROR, "OSError: no dictionary")


def test_a_file_in_an_encoding_of_its_own_is_explained_like_any(outcome):
    text = f"# -*- coding: latin-1 -*-\nauthor = 'Dürer'\n{SOURCE}"
    (outcome.tree.root / "m0" / "a.py").write_bytes(text.encode("latin-1"))
    said = []
    told = Outcome(outcome.config, outcome.tree, lambda check, failure, sources: said.append(sources) or ())
    assert told.of_error(CHECK, CheckFailure("wrong")).location == Location("t/m0/a.py", 7)
    assert said == [{"m0/a.py": text}]


def test_a_failure_points_at_the_function_to_fix_and_an_exception_at_its_own_line(outcome):
    assert outcome.of_error(CHECK, CheckFailure("wrong")).location == Location("t/m0/a.py", 5)
    raised = outcome.of_error(CHECK, LearnerError("NameError", "helper", AT, "forward(x)"))
    assert raised.location == Location("t/m0/a.py", 6)
    assert tuple(map(str, raised.trace)) == ("t/m0/a.py:6 in forward: return helper(x)", "  with x float64 (2, 3)")


def test_a_failure_that_an_exception_lies_behind_shows_the_lines_of_the_exception(outcome):
    failure = CheckFailure("it refuses good input")
    failure.__cause__ = LearnerError("NameError", "helper", AT, "forward(x)")
    assert outcome.of_error(CHECK, failure).location == Location("t/m0/a.py", 6)


def test_a_failure_whose_check_knows_the_line_shows_it(outcome):
    found = outcome.of_error(CHECK, CheckFailure("it does not learn", line=6))
    assert found.location == Location("t/m0/a.py", 6)
    assert found.excerpt.lines[found.excerpt.at].strip() == "return helper(x)"


def test_what_plugins_know_of_a_mistake_comes_after_what_the_check_knows(outcome):
    ours, theirs = Diagnosis("sign", "The sign is wrong."), Diagnosis("habit", "As in the lecture.")
    told = outcome_of(outcome.tree.root, explained=[[theirs], []])
    assert told.of_error(CHECK, CheckFailure("wrong", diagnosis=(ours,))).diagnosis == (ours, theirs)


def test_a_numbered_case_can_be_replayed(outcome):
    asked = outcome_of(outcome.tree.root, seed=7)
    assert asked.of_error(CHECK, CheckFailure("wrong", Counterexample("N=1", 3))).replay == "m0.a@7.3"
    assert asked.of_error(CHECK, CheckFailure("wrong", Counterexample("N=1", 0))).replay == ""


def test_a_file_that_can_be_graded_says_nothing_by_itself(outcome):
    assert outcome.of_file(Exercise("m0/a.py"), CHECK) is None


@pytest.mark.parametrize(
    ("text", "status", "message", "line"),
    [
        ("x = (\n", Status.FAILED, "not valid Python", 1),
    ],
)
def test_a_file_that_no_worker_has_to_be_started_for(outcome, text, status, message, line):
    (outcome.tree.root / "m0" / "a.py").write_text(text)
    (outcome.tree.root / "m0" / "b.py").touch()
    result = outcome_of(outcome.tree.root).of_file(Exercise("m0/a.py"), CHECK)
    assert (result.status, result.location) == (status, Location("t/m0/a.py", line))
    assert message in result.message


def test_pytorch_is_not_imported_for_a_file_as_it_was_handed_out(outcome):
    stub = 'class Layer:\n    def __init__(self):\n        raise NotImplementedError("m0.a")\n'
    (outcome.tree.root / "m0" / "a.py").write_text(stub)
    result = outcome_of(outcome.tree.root).of_file(Exercise("m0/a.py", "torch"), CHECK)
    assert (result.status, result.message) == (Status.TODO, "not written yet")


def test_a_class_that_is_gone_is_not_looked_for_in_another_one_s_methods(tmp_path):
    (tmp_path / "t/m0").mkdir(parents=True)
    (tmp_path / "t/m0/a.py").write_text("import math\n\n\nclass Other:\n    def forward(self):\n        pass\n")
    check = replace(CHECK, id="m0.a.forward", target="Gone.forward")
    assert outcome_of(tmp_path / "t").of_error(check, CheckFailure("wrong")).location.line == 1
