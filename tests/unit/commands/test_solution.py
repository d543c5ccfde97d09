from pathlib import Path

import pytest
from dlf_grader.cli import main
from dlf_grader.commands.solution import Part, answered, parts_of, yours
from dlf_grader.model import Check, Status
from dlf_grader.places import find_tree
from dlf_grader.report import Result
from dlf_grader.run.reading.stubs import stub_of
from dlf_grader.run.reading.tree import Tree
from dlf_grader.run.store import Store

TEXT = """\
def double(x):
    ### BEGIN SOLUTION m0.double.value
    return 2 * x
    ### END SOLUTION


def scores(kind):
    if kind == "a":
        return _a()
    ### BEGIN SOLUTION m0.scores.other
    return 0
    ### END SOLUTION


def _a():
    ### BEGIN SOLUTION m0.scores.a
    return 1
    ### END SOLUTION
"""


def check(name, target, kind="parity"):
    return Check(name, "t", "m0/a.py", kind, 1.0, target)


CHECKS = [
    check("m0.double.value", "double"),
    check("m0.double.errors", "double", "behaviour"),
    check("m0.scores.a", "scores"),
    check("m0.scores.other", "scores"),
    check("m0.trained", "double", "training"),
]


@pytest.fixture
def solutions(tmp_path):
    (tmp_path / "m0").mkdir()
    (tmp_path / "m0/a.py").write_text(TEXT)
    return Tree(tmp_path)


def test_a_check_is_answered_by_its_own_part_wherever_it_stands(solutions):
    assert parts_of(CHECKS[0], solutions) == [Part("m0/a.py", 3, 3, "m0.double.value")]
    assert parts_of(CHECKS[2], solutions) == [Part("m0/a.py", 17, 17, "m0.scores.a")]


def test_a_check_without_a_part_of_its_own_is_answered_by_its_function(solutions):
    assert parts_of(CHECKS[1], solutions) == parts_of(CHECKS[0], solutions)


def test_all_that_a_part_answers_has_to_pass_but_training(solutions):
    assert answered(parts_of(CHECKS[0], solutions), CHECKS, solutions) == CHECKS[:2]
    assert answered(parts_of(CHECKS[2], solutions), CHECKS, solutions) == [CHECKS[2]]


def test_the_learners_own_lines_are_shown_beside_a_part(solutions, tmp_path):
    stub = stub_of(TEXT, "m0/a.py")
    (tmp_path / "t" / "m0").mkdir(parents=True)
    todo = next(line for line in stub.splitlines() if "m0.double.value" in line and "raise" in line)
    (tmp_path / "t" / "m0" / "a.py").write_text(stub.replace(todo, "    y = x\n    return y + x"))
    part = Part("m0/a.py", 3, 3, "m0.double.value")
    assert yours(part, Tree(tmp_path / "t").source(part.path), solutions) == (3, ["    y = x", "    return y + x"])
    assert yours(part, Tree(tmp_path / "absent").source(part.path), solutions) == (0, [])


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("DLF_CACHE", str(tmp_path))
    monkeypatch.chdir(Path(__file__).parents[3])
    return tmp_path


def test_a_solution_is_shown_once_yours_passes(cache, capsys):
    assert main(["solution", "m2.clip.norm"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "your code does not pass yet: m2.clip.norm (not run), m2.clip.grads (not run)" in said.err
    assert said.err.count("\n") == 1
    store = Store(cache)
    for name in ("m2.clip.norm", "m2.clip.grads"):
        store.note(
            str(find_tree(None)), Result(name, "m2", "m2_rnn/rnn.py", "parity", "t", Status.PASSED, 1.0, 1.0), ""
        )
    assert main(["solution", "m2.clip.norm"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[0].startswith("solutions/m2_rnn/rnn.py:")
    assert shown[0].endswith("m2.clip.norm")
    number, line = int(shown[1].split()[0]), shown[1].split(maxsplit=1)[1]
    assert Path("solutions/m2_rnn/rnn.py").read_text().splitlines()[number - 1].strip() == line
    assert store.looked_up(str(find_tree(None))) == set()
    store.close()


def test_a_solution_that_is_forced_is_noted(cache, capsys):
    assert main(["solution", "m2.clip", "--force"]) == 0
    assert main(["list", "m2"]) == 0
    looked_up = [line for line in capsys.readouterr().out.splitlines() if line.endswith("solution looked up")]
    assert [line.split()[0] for line in looked_up] == ["m2.clip.norm", "m2.clip.grads"]


def test_a_solution_of_nothing_names_what_is_near(cache, capsys):
    assert main(["solution", "clip.nor"]) == 2
    assert "did you mean m2.clip.norm?" in capsys.readouterr().err
