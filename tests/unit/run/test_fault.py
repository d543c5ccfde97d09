"""Which place a failure points to: the cases that a whole check makes, each on a file of a few lines."""

import pytest
from dlf_grader.failures import CheckFailure, LearnerError
from dlf_grader.frames import Frame
from dlf_grader.model import Check
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.run.fault import fault_of, raised_at, target_of
from dlf_grader.run.reading.source import Source

LAYER = Source(
    "m0/a.py",
    b'''\
class RNN:
    def forward(self, x):
        """Run.

        Returns:
            outputs: (N, T, H).
            h_T: (N, H).
        """
        out = np.zeros(x.shape)
        out[0] = x
        return out, x, x

    def backward(self, g):
        dL_dx = g * 2
''',
)


def check(target):
    return Check("m0.a", "a claim", "m0/a.py", "parity", 10.0, target=target, run=lambda s, c: None, timeout=5)


def line_of(error, target="RNN.forward"):
    found = fault_of(check(target), error, LAYER, target)
    return found and found[0]


def wrong(text, tensor, *diagnosis):
    return CheckFailure(text, Counterexample("N=1", 1, tensor), tuple(Diagnosis(each, "") for each in diagnosis))


def test_a_wrong_number_of_results_points_to_the_return():
    assert line_of(wrong("RNN.forward should return (outputs, h_T), got 3", "")) == 11


def test_a_lost_dtype_points_to_the_array_that_has_none():
    assert line_of(wrong("outputs should be float32 when the input is, got float64", "outputs", "dtype-lost")) == 9


def test_what_an_earlier_call_left_behind_points_to_no_line():
    assert line_of(wrong("outputs is another after a call with other inputs in between", "outputs")) is None


def test_what_forward_returns_is_asked_of_forward_also_where_backward_is_checked():
    assert target_of(check("RNN.backward"), wrong("wrong", "outputs"), LAYER) == "RNN.forward"
    assert target_of(check("RNN.forward"), wrong("wrong", "dL_dx"), LAYER) == "RNN.backward"
    assert target_of(check("RNN.backward"), wrong("wrong", "dL_db"), LAYER) == "RNN.backward"


def test_what_the_constructor_was_called_with_is_asked_of_the_constructor():
    error = LearnerError("TypeError", "missing", (), "RNN(3)")
    assert target_of(check("RNN.forward"), error, LAYER) == "RNN.__init__"
    failure = CheckFailure("missing")
    failure.__cause__ = error
    assert target_of(check("RNN.forward"), failure, LAYER) == "RNN.__init__"


def test_results_that_are_swapped_point_to_the_return():
    assert line_of(wrong("h_T is wrong", "h_T", "swapped")) == 11


def test_a_check_may_know_the_function_that_a_failure_is_about():
    assert target_of(check("RNN.forward"), CheckFailure("wrong", target="RNN.__init__"), LAYER) == "RNN.__init__"


GRADED = Source(
    "m5/arithmetic.py",
    b"def negative(x):\n    def gradient(up):\n        return (-up)\n    return -x, gradient\n",
)
ENGINE = Frame("m5/tensor.py", 108, "backward", expression=(108, 108, 4, 9))


def spot(*frames, kind="TypeError", call="Tensor.backward(g)", file=GRADED, target="negative"):
    error = LearnerError(kind, "", frames, call)
    return raised_at(check(target), error, frames, {}, (file, target))


def test_what_another_file_raises_points_to_what_the_graded_function_handed_over():
    assert spot(ENGINE) == ("m5/arithmetic.py", 3, ())
    assert spot(ENGINE, call="Tensor.exp()") == ("m5/arithmetic.py", 4, ())
    assert spot(ENGINE, target="absent") == ("m5/tensor.py", 108, ())


def test_what_an_imported_file_raises_on_import_points_there():
    assert spot(ENGINE, call="importing m5.arithmetic") == ("m5/tensor.py", 108, (108, 108, 4, 9))


def test_what_the_graded_file_called_points_to_the_call():
    assert spot(Frame("m5/arithmetic.py", 4, "negative", expression=(4, 4, 0, 2)), ENGINE) == (
        "m5/arithmetic.py",
        4,
        (),
    )


@pytest.mark.parametrize("times", [2, 20])
def test_endless_recursion_points_to_the_call_that_recurses(times):
    again = Frame("m5/arithmetic.py", 2, "visit", expression=(2, 2, 0, 3))
    last = Frame("m5/arithmetic.py", 1, "visit")
    assert spot(*[again] * times, last, kind="RecursionError") == ("m5/arithmetic.py", 2, (2, 2, 0, 3))
