import ast

import pytest
from dlf_grader.run.reading.of_inputs import of_inputs_alone


def alone(body):
    cls = ast.parse(f"class A:\n  def help(self, x): return x\n  def f(self, x, W):\n    {body}\n").body[0]
    function = cls.body[-1]
    return of_inputs_alone(function.body[-1].value, function)


@pytest.mark.parametrize(
    "body",
    [
        "return x @ W.T",
        "a, b = self.cache; return np.exp(a) + b.sum(axis=0)",
        "x = x.astype(W.dtype, copy=False); return x * 2",
        "n, d = x.shape; return x * 2",
        "W = self.W; return x @ W",
        "A, B = (w.astype(x.dtype) for w in (self.A, self.B)); return A @ B",
        "return float(len(x)) * self.layer.forward(x)",
        "y = x * 2; return x * 3",
    ],
)
def test_an_expression_of_inputs_is_at_fault_itself(body):
    assert alone(body)


@pytest.mark.parametrize(
    "body",
    [
        "y = x * 2; return y + 1",
        "x = x / 2; return x @ W",
        "x += 1; return x @ W",
        "for t in range(3): h = x[t]\n    return h @ W",
        "return self.help(x) @ W",
        "return helper(x)",
        "n, d = x.shape; return x / n",  # which size to divide by is a decision
        "n = len(x); return x / n",
        "s = self.x; return s * (1 - s)",  # so is which attribute to take
        "self.z = x * 2; return self.z + W",
        "return x",  # computes nothing
        "return self.out",
        "a = self.cache; b = a * 2; c = b; return c",
    ],
)
def test_what_was_computed_before_may_be_at_fault_instead(body):
    assert not alone(body)
