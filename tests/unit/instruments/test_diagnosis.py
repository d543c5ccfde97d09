import numpy as np
import pytest
from dlf_grader.failures import Frame, LearnerError
from dlf_grader.instruments.case import Case, Trial
from dlf_grader.instruments.diagnosis import absence, explain
from dlf_grader.instruments.mistake import mistake

RNG = np.random.default_rng(0)


def trials(make, shapes=((2, 3), (4, 3), (3, 5))):
    """Trials in which the learner's answer is `make(expected, x)`."""
    found = []
    for number, shape in enumerate(shapes, start=1):
        x, expected = RNG.standard_normal(shape), RNG.standard_normal(shape)
        found.append(Trial(number, Case("", (x,)), {"y": make(expected, x)}, {"y": expected}))
    return found


def named(make, **more):
    return [d.id for d in explain((), lambda case: {}, (), trials(make, **more), "y")]


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda y, x: -y, "sign"),
        (lambda y, x: 2 * y, "factor"),
        (lambda y, x: y / len(x), "factor"),
        (lambda y, x: y * x.size, "factor"),
        (lambda y, x: y.T, "transposed"),
        (lambda y, x: y.ravel(), "reshaped"),
        (lambda y, x: y.sum(axis=0), "summed"),
        (lambda y, x: 0 * y, "zeros"),
        (lambda y, x: y.tolist(), "list"),
        (lambda y, x: (y, x), "tuple"),
        (lambda y, x: None, "nothing"),
        (lambda y, x: np.full_like(y, np.nan), "not-finite"),
        (lambda y, x: y.astype(np.float32).astype(float), "dtype-lost"),
    ],
)
def test_a_mistake_any_layer_can_have_is_named(make, name):
    assert named(make)[0] == name


def test_a_factor_that_is_the_batch_size_is_called_so():
    (found,) = explain((), lambda case: {}, (), trials(lambda y, x: y / len(x)), "y")
    assert "the batch size N" in found.text


def test_a_square_transpose_is_named():
    assert named(lambda y, x: y.T, shapes=((3, 3),)) == ["transposed"]


def test_an_answer_of_an_earlier_case_is_called_stale():
    old, new = trials(lambda y, x: y, shapes=((2, 2), (2, 2)))
    stale = Trial(2, new.case, {"y": old.expected["y"]}, new.expected)
    assert [d.id for d in explain((), lambda case: {}, (old,), (stale,), "y")] == ["stale"]


def test_two_results_in_each_others_place_are_called_swapped():
    outputs, last = RNG.standard_normal((2, 4, 3)), RNG.standard_normal((2, 3))
    case = Case("", (outputs,))
    trial = Trial(1, case, {"outputs": last, "h_T": outputs}, {"outputs": outputs, "h_T": last})
    assert [d.id for d in explain((), lambda case: {}, (), (trial,), "outputs")] == ["swapped"]


@pytest.mark.parametrize(
    ("call", "text", "functions", "name"),
    [
        ("Linear.dL_dW", "'Linear' object has no attribute 'dL_dW'", (), "not-stored"),
        ("Linear.backward(float64 (1, 1))", "'Linear' object has no attribute 'x'", ("backward",), "not-kept"),
        ("Linear.backward(float64 (1, 1))", "module 'numpy' has no attribute 'matmull'", ("backward",), None),
        ("Linear.backward(float64 (1, 1))", "'Linear' object has no attribute 'backward'", (), None),
        ("Linear.forward(float64 (1, 1))", "'Linear' object has no attribute 'w'", ("forward",), None),
    ],
)
def test_an_attribute_that_is_not_there_is_traced_to_the_function_that_owes_it(call, text, functions, name):
    frames = tuple(Frame("m0_mlp/layers.py", 3, function) for function in functions)
    found = absence(LearnerError("AttributeError", text, frames, call))
    assert (found and found.id) == name


def test_noise_has_no_name():
    assert named(lambda y, x: y + RNG.standard_normal(y.shape)) == []


def test_what_is_new_in_the_failing_case_is_said():
    good = Trial(1, Case("", (np.ones(1),), traits=frozenset({"padding"})), {"y": 1.0}, {"y": 1.0})
    bad = Trial(2, Case("", (np.ones(1),), traits=frozenset({"padding", "a stride above 1"})), {"y": 3.0}, {"y": 1.7})
    (found,) = (d for d in explain((), lambda case: {}, (good,), (bad,), "y") if d.id == "first-with")
    assert found.text == "The smaller case is right; this is the first with a stride above 1."


def test_a_mistake_is_named_only_if_it_explains_every_case():
    always = mistake("plus-one", "y", lambda ask, case, tensor: ask(case)["y"] + 1, "One too many.")
    found = trials(lambda y, x: y + 1)
    by_case = {id(t.case): t.expected for t in found}
    assert [d.id for d in explain((always,), lambda case: by_case[id(case)], (), found, "y")] == ["plus-one"]
    broken = [*found[:-1], Trial(9, found[-1].case, {"y": found[-1].expected["y"] + 2}, found[-1].expected)]
    assert "plus-one" not in [d.id for d in explain((always,), lambda case: by_case[id(case)], (), broken, "y")]
