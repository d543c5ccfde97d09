"""Programs on Tensors: their words, the Python that repeats them, and the mistake behind a misfit."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from dlf_grader.failures import LearnerError
from dlf_grader.instruments.subjects.program import Program, program, step
from dlf_grader.report import Diagnosis

ROOT = Path(__file__).parents[3]
MISFIT = Diagnosis("misfit", "Reshape the gradient.")
PROGRAM = Program(cases=lambda rng_for: (), errors_know=(MISFIT,))


def test_a_case_is_written_as_a_person_would_write_it():
    steps = [step("mul", "$a", "$b", to="s"), step("sum", "$s", axis=0)]
    case = program(steps, {"a": np.array([2.0, -1.0]), "b": np.ones((3, 2))}, np.ones(2))
    assert case.label == "s = a * b; y = s.sum(axis=0), a = [2, -1], b of shape (3, 2)"


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (step("neg", "$x"), "y = -x"),
        (step("pow", "$x", 2), "y = x ** 2"),
        (step("add", np.array([5.0, -4.0]), "$x"), "y = [5, -4] + x"),
        (step("getitem", "$x", {"index": [{"slice": [None, None, 2]}, 1]}), "y = x[::2, 1]"),
        (step("reshape", "$x", 2, -1), "y = x.reshape(2, -1)"),
        (step("cross_entropy", "$x", np.array([1, 0])), "y = cross_entropy(x, [1, 0])"),
    ],
)
def test_each_kind_of_operation_has_its_notation(one, words):
    assert program([one], {"x": np.ones((4, 2))}, None).label.startswith(words)


def test_the_middle_of_a_long_program_is_left_out():
    steps = [step("add", "$a", "$a", to=f"s{at}") for at in range(9)]
    assert program(steps, {"a": np.ones(9)}, None).label.count("…") == 1


def test_the_code_of_a_case_runs_and_prints_value_and_gradients():
    steps = [step("matmul", "$a", np.array([[1.0], [2.0]]), to="s"), step("add", "$s", "$k")]
    leaves = {"a": np.array([[3.0, 4.0]]), "k": np.array([0.5])}
    case = program(steps, leaves, np.array([[10.0]]), constants=["k"])
    code = PROGRAM.code("m5_autograd.tensor", case, ())
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT / "solutions", capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == ["Tensor(array([[11.5]]), requires_grad=True)", "[[10. 20.]]"], done.stderr


@pytest.mark.parametrize(
    ("kind", "call", "named"),
    [
        ("ValueError", "Tensor.backward(…)", (MISFIT,)),
        ("ValueError", "matmul(…)", ()),
        ("TypeError", "Tensor.backward(…)", ()),
    ],
)
def test_only_a_value_error_in_backward_is_a_misfit(kind, call, named):
    assert PROGRAM.explain_error(LearnerError(kind, "shapes", (), call)) == named
