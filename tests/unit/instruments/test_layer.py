"""Layers with several inputs and outputs: how names and arrays are nested, and what a wrong nesting says."""

import numpy as np
import pytest
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.case import Case
from dlf_grader.instruments.names import flat, named, nested
from dlf_grader.instruments.subjects.layer import Layer

STATE = Layer(
    name="LSTM",
    oracle="",
    cases=lambda rng_for: (),
    output="outputs",
    outputs=("outputs", ("h_T", "c_T")),
    arguments=("x", ("h0", "c0")),
    gradients=("dL_dx", ("dL_dh0", "dL_dc0")),
)
PLAIN = Layer(name="Linear", oracle="", cases=lambda rng_for: ())


def test_names_are_flattened_in_order():
    assert flat(("x", ("h0", "c0"))) == ["x", "h0", "c0"]
    assert flat("y") == ["y"]
    assert flat(()) == []


def test_arrays_are_nested_as_names_are_and_the_last_may_be_missing():
    assert nested(("x", ("h0", "c0")), [1, 2, 3]) == [1, (2, 3)]
    assert nested(("x", ("h0", "c0")), [1]) == [1]
    assert nested(("x", "h0"), [1, 2]) == [1, 2]


def test_a_layer_takes_its_arguments_nested():
    assert STATE.forward_takes([1, 2, 3]) == [1, (2, 3)]
    assert STATE.backward_takes([1]) == [1]
    assert PLAIN.forward_takes([1, 2]) == [1, 2]
    assert PLAIN.backward_takes([]) == []


def test_inputs_are_called_what_forward_calls_them():
    assert STATE.input_names == ["x", "h0", "c0"]
    assert PLAIN.input_names == ["x", "targets"]


def test_what_is_returned_gets_its_names():
    assert named(STATE.returned, (1, (2, 3)), "") == {"outputs": 1, "h_T": 2, "c_T": 3}
    assert named(STATE.returned, [1, [2, 3]], "") == {"outputs": 1, "h_T": 2, "c_T": 3}
    assert named("y", (1, 2), "") == {"y": (1, 2)}
    assert named((), None, "") == {}


@pytest.mark.parametrize(
    ("returned", "got"),
    [
        (np.zeros((1, 2)), "one thing only, float64 (1, 2)"),
        ((np.zeros(2), np.ones(3)), "(float64 (2,), float64 (3,))"),
        ((1, 2, 3), "(1, 2, 3)"),
    ],
)
def test_another_nesting_is_told_whole(returned, got):
    with pytest.raises(CheckFailure) as caught:
        named(STATE.returned, returned, "LSTM.forward")
    assert str(caught.value) == f"LSTM.forward should return (outputs, (h_T, c_T)), got {got}"


@pytest.mark.parametrize("value", [np.zeros(2), None, (1,), (1, 2), (1, 2, 3), (1, (2, 3), 4)])
def test_too_few_or_too_many_things_are_named(value):
    with pytest.raises(CheckFailure, match=r"LSTM.forward should return \(outputs, \(h_T, c_T\)\), got|\(h_T, c_T\)"):
        named(STATE.returned, value, "LSTM.forward")


def test_a_case_is_shown_with_its_states_together():
    one = np.ones((1, 1))
    case = Case("", (one, one, one), upstream=one, more=(one, one))
    code = STATE.code("m2_rnn.lstm", case, ["dL_dx"])
    assert "print(layer.forward(x, (h0, c0)))" in code
    assert "print(layer.backward(np.array([[1.]]), (np.array([[1.]]), np.array([[1.]]))))" in code


def test_a_question_without_more_is_what_it_was():
    assert "more" not in Case("", (np.ones(1),), upstream=np.ones(1)).question()
