import numpy as np
import pytest
from dlf_grader.failures import LearnerError
from dlf_grader.frames import Frame
from dlf_grader.instruments.case import Case, Trial
from dlf_grader.instruments.mistakes.diagnosis import absence, explain
from dlf_grader.instruments.mistakes.mistake import mistake
from dlf_grader.report import Diagnosis

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
        (lambda y, x: y.astype(np.float32), "dtype-lost"),
        (lambda y, x: y.astype(int), "integers"),
        (lambda y, x: y.T.reshape(y.shape), "moved"),
        (lambda y, x: np.sort(y), "moved"),
        (lambda y, x: y[::-1], "reversed"),
        (lambda y, x: y**2, "transformed"),
        (lambda y, x: np.exp(y), "transformed"),
        (lambda y, x: 1 - y, "transformed"),
        (lambda y, x: x, "unchanged"),
        (lambda y, x: np.concatenate([y[:, :-1], y[:, -1:] + 1], axis=1), "one-end"),
    ],
)
def test_a_mistake_any_layer_can_have_is_named(make, name):
    assert named(make)[0] == name


def test_what_fits_the_smallest_cases_alone_is_not_said():
    small = trials(lambda y, x: y[:, None], shapes=[(1, 3)] * 6)
    large = trials(lambda y, x: y.T[:, None], shapes=[(2, 3)])
    assert [d.id for d in explain((), lambda case: {}, (), small, "y")] == ["reshaped"]
    assert explain((), lambda case: {}, (), [*small, *large], "y") == ()


def test_of_what_is_swapped_nothing_else_is_said():
    right = [trial.expected["y"] for trial in trials(lambda y, x: y)]
    both = [Trial(1, Case("", (y,)), {"y": -y, "z": y}, {"y": y, "z": -y}) for y in right]
    edit = Diagnosis("edit-swapped", "Your numbers are those of f.")
    assert [d.id for d in explain((), lambda case: {}, (), both, "y", lambda: edit)] == ["swapped"]


def test_a_right_answer_of_zeros_among_the_wrong_ones_tells_of_no_factor():
    wrong = trials(lambda y, x: y / len(x))
    nothing = Trial(4, Case("", (np.ones((2, 3)),)), {"y": np.ones((2, 3))}, {"y": np.zeros((2, 3))})
    assert "factor" in [d.id for d in explain((), lambda case: {}, (), [*wrong, nothing], "y")]


def test_a_number_that_is_zero_was_not_left_out_of_an_array():
    wrong = [Trial(n, Case("", (np.ones(n),)), {"y": 0.0}, {"y": float(n)}) for n in range(1, 6)]
    assert "zeros" not in [d.id for d in explain((), lambda case: {}, (), wrong, "y")]


def test_a_factor_that_is_the_batch_size_is_called_so():
    (found,) = explain((), lambda case: {}, (), trials(lambda y, x: y / len(x)), "y")
    assert "the batch size N" in found.text


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda y, x: y * x.shape[1] ** 0.5, "√n times what it should be, where n is the size of axis 1"),
        (lambda y, x: y / x.shape[1] ** 0.5, "1 / √n times what it should be, where n is the size of axis 1"),
        (lambda y, x: y * len(x) ** 2, "n² times what it should be, where n is the batch size N"),
        (lambda y, x: y / x.size**2, "1 / n² times what it should be, where n is the number of elements"),
    ],
)
def test_a_factor_that_is_the_root_or_square_of_a_size_is_called_so(make, words):
    (found,) = explain((), lambda case: {}, (), trials(make), "y")
    assert words in found.text


def test_a_factor_that_may_be_of_two_sizes_is_not_said():
    assert named(lambda y, x: y / len(x) ** 0.5, shapes=((2, 2), (3, 3), (4, 4))) == []


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


@pytest.mark.parametrize(
    ("make", "shape"),
    [
        (lambda y, x: y * 0, (1, 1)),
        (lambda y, x: y / 4, (1, 1)),
        (lambda y, x: y / 4, (1, 2)),
    ],
)
def test_what_few_numbers_show_is_not_called_a_rule(make, shape):
    assert named(make, shapes=(shape,)) == []


def test_a_factor_that_differs_from_case_to_case_is_not_said():
    quarters = iter([1 / 4, 1 / 3, 1 / 5])
    assert named(lambda y, x: y * next(quarters), shapes=((2, 3), (2, 4), (2, 5))) == []


def test_seven_digits_that_are_not_those_of_float32_are_not_blamed_on_it():
    assert named(lambda y, x: y + 1e-7 * y) == ["digits"]


def test_noise_has_no_name():
    assert named(lambda y, x: y + RNG.standard_normal(y.shape)) == []


def strided(number, right, *traits):
    """A case of one number, answered rightly or not."""
    expected = float(RNG.standard_normal())
    yours = expected if right else float(RNG.standard_normal())
    return Trial(number, Case("", (np.ones(1),), traits=frozenset(traits)), {"y": yours}, {"y": expected})


def contrasted(*trials):
    """What is said of the cases from the first wrong one on."""
    at = next(i for i, t in enumerate(trials) if t.yours != t.expected)
    return [d.text for d in explain((), lambda case: {}, trials[:at], trials[at:], "y") if d.id == "first-with"]


def test_what_is_new_in_the_failing_case_is_said_where_later_cases_bear_it_out():
    found = contrasted(
        strided(1, True, "padding"),
        strided(2, False, "padding", "a stride above 1"),
        strided(3, True, "padding"),
        strided(4, False, "a stride above 1"),
    )
    assert found == ["The smaller case is right; this is the first with a stride above 1."]


@pytest.mark.parametrize(
    "later",
    [
        [(False, "many"), (False, "many")],  # every later case is wrong: that it is larger may be the reason too
        [(True, "many"), (False, "many"), (True,)],  # a later case has it and is right
        [(False, "many"), (False,), (True,)],  # a later case has it not and is wrong
    ],
)
def test_a_contrast_that_later_cases_do_not_bear_out_is_not_said(later):
    rest = [strided(3 + at, right, *traits) for at, (right, *traits) in enumerate(later)]
    assert contrasted(strided(1, True), strided(2, False, "many"), *rest) == []


def test_a_mistake_is_named_only_if_it_explains_every_case():
    always = mistake("plus-one", "y", lambda ask, case, tensor: ask(case)["y"] + 1, "One too many.")
    found = trials(lambda y, x: y + 1)
    by_case = {id(t.case): t.expected for t in found}
    assert [d.id for d in explain((always,), lambda case: by_case[id(case)], (), found, "y")] == ["plus-one"]
    broken = [*found[:-1], Trial(9, found[-1].case, {"y": found[-1].expected["y"] + 2}, found[-1].expected)]
    assert "plus-one" not in [d.id for d in explain((always,), lambda case: by_case[id(case)], (), broken, "y")]


def test_a_mistake_that_would_have_made_an_earlier_case_wrong_is_not_named():
    """nan here and nan there are the same to a comparison: the case before tells the mistakes apart."""
    always = mistake("overflows", "y", lambda ask, case, tensor: np.full_like(case.inputs[0], np.nan), "exp overflows.")
    good, *bad = trials(lambda y, x: y * np.nan)
    good.yours["y"] = good.expected["y"]
    assert [d.id for d in explain((always,), lambda case: {}, (), bad, "y")] == ["overflows"]
    assert "overflows" not in [d.id for d in explain((always,), lambda case: {}, (good,), bad, "y")]
