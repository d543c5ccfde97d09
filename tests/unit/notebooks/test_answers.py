from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from dlf_grader.failures import UsageError
from dlf_grader.model import Check, Status
from dlf_grader.notebooks.answers import case_of, hint, named, next_one, solution
from dlf_grader.notebooks.magic import Magic, Points
from dlf_grader.report import Counterexample, Location, Result

ROOT = Path(__file__).parents[3]
CODE = "import numpy as np\nfrom m0_mlp.layers import ReLU\n\nprint(ReLU().forward(np.ones(1)))"


def check(id, target):
    return Check(id, "It is right", "m0_mlp/layers.py", "parity", 1.0, target, lesson="activations")


CHECKS = [check("m0.relu.forward", "ReLU.forward"), check("m0.relu.backward", "ReLU.backward")]


def result(of, status, **more):
    return Result(of.id, "m0", of.exercise, of.kind, of.title, status, 0.0, 1.0, **more)


WRONG = result(
    CHECKS[1],
    Status.FAILED,
    location=Location("exercises/m0_mlp/layers.py", 9, "ReLU"),
    counterexample=Counterexample("one number", 1, code=CODE),
)
RESULTS = {CHECKS[0].id: result(CHECKS[0], Status.PASSED), CHECKS[1].id: WRONG}


def test_next_is_the_first_that_does_not_pass_at_its_cell():
    assert next_one(RESULTS).splitlines() == [
        "m0.relu.backward: It is right",
        "  cell ReLU, line 9",
        "  %dlf hint m0.relu.backward",
    ]
    assert next_one({CHECKS[0].id: RESULTS[CHECKS[0].id]}) == "all that was graded passes"
    assert "%dlf m0" in next_one({})


def test_a_failing_case_becomes_a_cell_on_what_the_notebook_defines():
    for token in ("m0.relu.backward", "m0.relu.backward@1.3"):
        text = case_of(token, RESULTS)
        assert text.splitlines()[0] == "# m0.relu.backward: one number"
        assert "m0_mlp" not in text
    with pytest.raises(UsageError, match=r"grade it first: %dlf m0\.relu\.forward"):
        case_of("m0.relu.forward", RESULTS)


def test_a_solution_is_shown_once_the_notebook_passes(monkeypatch):
    monkeypatch.chdir(ROOT)
    mine = "class ReLU:\n    def forward(self, x):\n        return x * (x > 0)\n"
    text, html = solution(CHECKS[0], CHECKS, RESULTS, {"m0_mlp/layers.py": mine.encode()})
    assert text.index("return x * (x > 0)") < text.index("solutions/m0_mlp/layers.py:")
    assert html.index("return x * (x &gt; 0)") < html.index(">ours<") < html.index("np.maximum(x, 0)")
    with pytest.raises(UsageError, match=r"m0.relu.backward: does not pass in this notebook yet"):
        solution(CHECKS[1], CHECKS, RESULTS, {})
    with pytest.raises(UsageError, match=r"no check is called m0\.relux"):
        named("m0.relux", CHECKS)


def test_a_hint_unfolds_in_a_notebook_and_is_plain_text_in_a_terminal(monkeypatch, tmp_path):
    monkeypatch.setenv("DLF_CACHE", str(tmp_path))
    hinted = replace(CHECKS[0], hints=("Which are negative?", "One <call> does."))
    assert hint(hinted).text.splitlines() == [
        "  1. Which are negative?",
        "  1 more: ask again · lesson: exercises/m0_mlp/README.md#activations",
    ]
    text, html = hint(hinted)
    assert "0 more · lesson" in text
    assert html.count("<details") == 2
    assert "One &lt;call&gt; does." in html


def test_points_are_a_number_for_nbgrader_and_a_sentence_for_people():
    points = Points(5, 7)
    shown = points._repr_mimebundle_()
    assert float(shown["text/plain"]) == points == 5
    assert "5 of 7 points" in shown["text/html"]


def test_the_magic_puts_a_case_into_the_next_cell_and_grades_nothing(capsys):
    cells = []
    shell = SimpleNamespace(set_next_input=cells.append, history_manager=SimpleNamespace(input_hist_raw=[]), user_ns={})
    magic = Magic(shell)
    magic.results = dict(RESULTS)
    assert magic.dlf("replay m0.relu.backward") is None
    assert cells == [case_of("m0.relu.backward", RESULTS)]
    magic.dlf("next")
    magic.dlf("hint")
    magic.dlf("replay m0.relu.forward")
    said = capsys.readouterr().out
    for words in (
        "the failing case is in the next cell",
        "m0.relu.backward: It is right",
        "expected a check",
        "dlf: m0.",
    ):
        assert words in said
