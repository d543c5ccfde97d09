"""Refusals: a bad input must meet a ValueError of the exercise's own that says what came."""

import pytest
from dlf_grader.checks import BadShapes
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.bad_shapes import refuses
from dlf_grader.instruments.function import Function

BAD = BadShapes((("a row without a batch axis", {}, ((7,),)),))
DOUBLE = Function(name="double", oracle="", cases=lambda rng_for: (), arguments=("x",), results=("y",))


def refuse(learner, ctx, body):
    return refuses(DOUBLE, BAD, learner(f"def double(x):\n    {body}\n"), ctx)


def test_a_refusal_that_says_what_came_passes(learner, ctx):
    assert refuse(learner, ctx, "raise ValueError(f'expected 2 axes, got shape {x.shape}')") == {"inputs": 1}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("return x", "should raise ValueError"),
        ("raise TypeError('7')", "expected ValueError, got"),
        ("return x.reshape(2, 3)", "a library's"),
        ("raise ValueError('wrong')", "should say what was expected and what came"),
    ],
)
def test_anything_else_is_told_with_its_input(learner, ctx, body, why):
    with pytest.raises(CheckFailure, match="a row without a batch axis") as caught:
        refuse(learner, ctx, body)
    assert why in str(caught.value)
    assert [d.id for d in caught.value.diagnosis] == ["refusal"]
