"""Refusals: a bad input must meet a ValueError of the exercise's own that names what it got."""

from functools import partial

import pytest
from dlf_grader.checks import BadShapes, Filled
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.bad_shapes import refused, refuses
from dlf_grader.instruments.subjects.function import Function

BAD = BadShapes((("a row without a batch axis", {}, ((7,),)),))
DOUBLE = Function(name="double", oracle="", cases=lambda rng_for: (), arguments=("x",), results=("y",))


def refuse(learner, body):
    return refuses(DOUBLE, BAD, learner(f"def double(x):\n    {body}\n"))


def test_a_refusal_that_says_what_came_passes(learner):
    assert refuse(learner, "raise ValueError(f'expected 2 axes, got shape {x.shape}')") == {"inputs": 1}


def test_a_subclass_of_value_error_is_one(learner):
    body = "raise type('Wrong', (ValueError,), {})(f'expected 2 axes, got shape {x.shape}')"
    assert refuse(learner, body) == {"inputs": 1}


def test_one_message_for_every_input_says_nothing_about_any(learner):
    bad = BadShapes(tuple((f"{n} axes", {}, ((7,) * n,)) for n in (1, 3, 4)))
    with pytest.raises(CheckFailure, match="every wrong input meets the same ValueError"):
        refuses(DOUBLE, bad, learner("def double(x): raise ValueError('expected 2 axes of 7')\n"))


def test_an_id_out_of_range_is_named(learner):
    bad = BadShapes((("an id of 9", {}, (Filled((2,), 9),)),))
    refuses(DOUBLE, bad, learner("def double(x):\n    raise ValueError(f'expected ids below 5, got {x.max()}')\n"))
    with pytest.raises(CheckFailure, match="should say what"):
        refuses(DOUBLE, bad, learner("def double(x):\n    raise ValueError('expected ids below 5')\n"))


def test_a_refusal_may_list_all_that_came(learner):
    came = list(range(20, 35))
    module = learner(f"def double(x):\n    raise ValueError('expected ids below 5, got {came}')\n")
    call = partial(module.call, "double", 0)
    assert refused(module, "an id of 34", call, numbers=(34,), came=came)
    with pytest.raises(CheckFailure, match="should say what"):
        refused(module, "an id of 34", call, numbers=(34,))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("return x", "should raise ValueError"),
        ("raise TypeError('7')", "expected ValueError, got"),
        ("return x.reshape(2, 3)", "a library's"),
        ("raise ValueError('wrong')", "should say what was expected and what it got"),
        ("raise ValueError('0 1 2 3 4 5 6 7 8 9')", "should say what was expected and what it got"),
        ("raise ValueError('x7 8.7')", "should say what was expected and what it got"),
    ],
)
def test_anything_else_is_told_with_its_input(learner, body, why):
    with pytest.raises(CheckFailure, match="a row without a batch axis") as caught:
        refuse(learner, body)
    assert why in str(caught.value)
    assert [d.id for d in caught.value.diagnosis] == ["refusal"]
