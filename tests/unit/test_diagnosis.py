import numpy as np
import pytest
from dlf_grader.instruments.diagnosis import Trial, explain
from dlf_grader.instruments.layer import Case, Misconception

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


def test_noise_has_no_name():
    assert named(lambda y, x: y + RNG.standard_normal(y.shape)) == []


def test_what_is_new_in_the_failing_case_is_said():
    good = Trial(1, Case("", (np.ones(1),), traits=frozenset({"padding"})), {"y": 1.0}, {"y": 1.0})
    bad = Trial(2, Case("", (np.ones(1),), traits=frozenset({"padding", "a stride above 1"})), {"y": 3.0}, {"y": 1.7})
    (found,) = (d for d in explain((), lambda case: {}, (good,), (bad,), "y") if d.id == "first-with")
    assert found.text == "The smaller case is right; this is the first with a stride above 1."


def test_a_misconception_is_named_only_if_it_explains_every_case():
    always = Misconception("plus-one", "One too many.", ("y",), lambda ask, case, tensor: ask(case)["y"] + 1)
    found = trials(lambda y, x: y + 1)
    by_case = {id(t.case): t.expected for t in found}
    assert [d.id for d in explain((always,), lambda case: by_case[id(case)], (), found, "y")] == ["plus-one"]
    broken = [*found[:-1], Trial(9, found[-1].case, {"y": found[-1].expected["y"] + 2}, found[-1].expected)]
    assert "plus-one" not in [d.id for d in explain((always,), lambda case: by_case[id(case)], (), broken, "y")]
