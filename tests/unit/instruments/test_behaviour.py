"""Behaviour of a layer and of a function: each claim, broken by itself, is named."""

import numpy as np
import pytest
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.behaviour.claims import check_claims
from dlf_grader.instruments.behaviour.functions import function_claims
from dlf_grader.instruments.behaviour.layers import layer_claims
from dlf_grader.instruments.case import Case
from dlf_grader.instruments.subjects.function import Function
from dlf_grader.instruments.subjects.layer import Layer

SCALE = """
class Scale:
    ONES = np.ones(3)
    def __init__(self): self.gamma = np.ones(3); self.seen = {}; self.calls = 0
    def forward(self, x):
        self.x = x.copy()
        return self.gamma.astype(x.dtype) * x
    def backward(self, dL_dy):
        self.dL_dgamma = (dL_dy * self.x).sum(axis=0)
        return dL_dy * self.gamma.astype(dL_dy.dtype)
"""
AS_IF_CONTIGUOUS = "np.lib.stride_tricks.as_strided(x, x.shape, (x.itemsize * x.shape[1], x.itemsize))"
ONE_BUFFER = """if self.seen.get(0, x[:0]).shape != x.shape: self.seen[0] = x * 0
        return np.multiply(self.gamma.astype(x.dtype), x, out=self.seen[0].view(type(x)))"""
DOUBLE = "def double(x):\n    return x * x.dtype.type(2)\n"


def cases(rng_for):
    for number, rows in enumerate((2, 4), start=1):
        rng = rng_for(number)
        x, gamma = rng.standard_normal((rows, 3)), rng.standard_normal(3)
        yield Case(f"N={rows}", (x,), {}, {"gamma": gamma}, rng.standard_normal((rows, 3)))


LAYER = Layer(name="Scale", oracle="", cases=cases, parameters=("gamma",))
FUNCTION = Function(
    name="double",
    oracle="",
    cases=lambda rng_for: [Case("x of shape (3, 4)", (rng_for(1).standard_normal((3, 4)),))],
    arguments=("x",),
    results=("y",),
)


def behave(submission, ctx):
    return check_claims(layer_claims(LAYER, submission, ctx))


def test_a_layer_that_keeps_every_claim_passes(learner, ctx):
    assert behave(learner(SCALE), ctx) == {"claims": 6}


@pytest.mark.parametrize(
    ("right", "wrong", "name"),
    [
        ("return self.gamma.astype(x.dtype) * x", "return self.gamma.astype(float) * x", "dtype-lost"),
        ("self.x = x.copy()", "self.x = x.copy(); x += 1; x -= 1; x[0] = 7", "input-modified"),
        ("self.dL_dgamma = (", "self.dL_dgamma = getattr(self, 'dL_dgamma', 0) + (", "accumulated"),
        ("self.x = x.copy()", "self.x = getattr(self, 'x', x.copy())", "stale"),
        ("self.x = x.copy()", "self.x = self.seen.setdefault(x.shape, x.copy())", "stale"),
        ("self.x = x.copy()", "Scale.x = x.copy()", "objects-share"),
        ("return dL_dy *", "self.x += 2; return dL_dy *", "spoilt"),
        ("return self.gamma", "self.calls += 1; return self.calls * self.gamma", "carried-over"),
        ("return self.gamma.astype(x.dtype) * x", ONE_BUFFER, "shared-buffer"),
        ("self.gamma = np.ones(3)", "self.gamma = Scale.ONES", "memory-shared"),
        ("self.gamma = np.ones(3)", "self.gamma = np.broadcast_to(1.0, 3)", "read-only"),
        ("return dL_dy *", "self.gamma -= 0.1 * self.dL_dgamma\n        return dL_dy *", "parameter-modified"),
        ("return self.gamma", "return self.__dict__.setdefault('kept', self.gamma)", "parameters-copied"),
    ],
)
def test_a_broken_claim_is_named(learner, ctx, right, wrong, name):
    assert right in SCALE
    with pytest.raises(CheckFailure) as caught:
        behave(learner(SCALE.replace(right, wrong)), ctx)
    assert [d.id for d in caught.value.diagnosis] == [name]


def test_a_function_that_keeps_every_claim_passes(learner, ctx):
    assert check_claims(function_claims(FUNCTION, learner(DOUBLE), ctx)) == {"claims": 2}


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("return x * np.float64(2)[None]", "dtype-lost"),
        ("x *= 2; return x.copy()", "input-modified"),
        (f"return 2 * {AS_IF_CONTIGUOUS}", "not-contiguous"),
    ],
)
def test_a_functions_broken_claim_is_named(learner, ctx, body, name):
    with pytest.raises(CheckFailure) as caught:
        check_claims(function_claims(FUNCTION, learner(f"def double(x):\n    {body}\n"), ctx))
    assert [d.id for d in caught.value.diagnosis] == [name]


def test_a_case_of_whole_numbers_casts_the_parameters(learner, ctx):
    table = """
class Table:
    def __init__(self): self.W = np.ones((4, 2))
    def forward(self, ids):
        self.ids = ids.copy()
        return self.W[ids]
    def backward(self, dL_dy):
        self.dL_dW = np.zeros_like(self.W)
        np.add.at(self.dL_dW, self.ids, dL_dy)
"""
    ids = [np.array([[0, 1]]), np.array([[3, 1, 1]])]
    rng = np.random.default_rng(0)
    made = [Case("", (i,), {}, {"W": rng.standard_normal((4, 2))}, rng.standard_normal((*i.shape, 2))) for i in ids]
    layer = Layer(
        name="Table", oracle="", cases=lambda rng_for: made, parameters=("W",), gradients=(), arguments=("ids",)
    )
    assert check_claims(layer_claims(layer, learner(table), ctx)) == {"claims": 6}
