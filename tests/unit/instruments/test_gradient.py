"""Gradient checks: `backward` against finite differences of the learner's own `forward`."""

import numpy as np
import pytest
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.case import Case
from dlf_grader.instruments.gradient import SMOOTH, check_gradient
from dlf_grader.instruments.subjects.layer import Layer

SCALE = """
class Scale:
    def __init__(self): self.gamma = np.ones(3)
    def forward(self, x):
        self.x = x
        return self.gamma * x
    def backward(self, dL_dy):
        self.dL_dgamma = (dL_dy * self.x).sum(axis=0)
        return dL_dy * self.gamma
"""


def cases(rng_for):
    for number, rows in enumerate((2, 40), start=1):
        rng = rng_for(number)
        x, gamma = rng.standard_normal((rows, 3)), rng.standard_normal(3)
        yield Case(f"N={rows}", (x,), {}, {"gamma": gamma}, rng.standard_normal((rows, 3)))


LAYER = Layer(name="Scale", oracle="", cases=cases, parameters=("gamma",))


def test_a_right_backward_passes(learner, ctx):
    found = check_gradient(LAYER, learner(SCALE), ctx, 2, SMOOTH)
    assert found["max rel err"] < SMOOTH
    assert found["directions"] == 8


def test_a_wrong_parameter_gradient_is_told_by_tensor_and_index(learner, ctx):
    text = SCALE.replace("sum(axis=0)\n", "sum(axis=0) + [0, 0.01, 0]\n")
    with pytest.raises(CheckFailure, match="dL_dgamma disagrees with finite differences") as caught:
        check_gradient(LAYER, learner(text), ctx, 2, SMOOTH)
    assert caught.value.counterexample.index == (1,)


@pytest.mark.parametrize(("factor", "error"), [("2 *", "0.33"), ("3 *", "0.5"), ("-", "1"), ("0 *", "1")])
def test_the_relative_error_is_the_one_that_the_lesson_explains(learner, ctx, factor, error):
    text = SCALE.replace("return dL_dy * self.gamma", f"return {factor} dL_dy * self.gamma")
    with pytest.raises(CheckFailure, match=rf"\(relative error {error}\)"):
        check_gradient(LAYER, learner(text), ctx, 2, SMOOTH)


def test_one_wrong_element_among_many_is_not_lost_in_a_norm(learner, ctx):
    text = SCALE.replace("return dL_dy * self.gamma", "d = dL_dy * self.gamma; d[-1, -1] *= 1.001; return d")
    with pytest.raises(CheckFailure, match="dL_dx disagrees"):
        check_gradient(LAYER, learner(text), ctx, 2, SMOOTH)


def test_a_gradient_of_another_shape_is_told_as_such(learner, ctx):
    text = SCALE.replace("sum(axis=0)", "sum()")
    with pytest.raises(CheckFailure, match=r"dL_dgamma has the wrong shape: expected \(3,\), got \(\)"):
        check_gradient(LAYER, learner(text), ctx, 2, SMOOTH)


def test_a_forward_that_remembers_its_last_call_is_told_before_any_gradient(learner, ctx):
    text = SCALE.replace(
        "return self.gamma * x", "y = self.gamma * x + self.y if 'y' in vars(self) else self.gamma * x"
    )
    text = text.replace("else self.gamma * x", "else self.gamma * x; self.y = x.mean(); return y")
    with pytest.raises(CheckFailure, match="y is another after a call with other inputs in between") as caught:
        check_gradient(LAYER, learner(text), ctx, 2, SMOOTH)
    assert [d.id for d in caught.value.diagnosis] == ["kept-between-calls"]


def test_the_gradient_of_a_wrong_forward_is_its_own(learner, ctx):
    wrong = SCALE.replace("self.gamma * x", "2 * self.gamma * x").replace("(dL_dy * self.x)", "(2 * dL_dy * self.x)")
    wrong = wrong.replace("return dL_dy * self.gamma", "return 2 * dL_dy * self.gamma")
    check_gradient(LAYER, learner(wrong), ctx, 2, SMOOTH)  # parity of forward is what catches it


def test_differences_are_taken_of_real_numbers(ctx):
    assert all(case.inputs[0].dtype == np.float64 for case in cases(ctx.rng))
