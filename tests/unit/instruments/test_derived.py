"""A derivative is derived: whatever way it is measured, that is told; an honest slow loop is left alone."""

import numpy as np
import pytest
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.case import Case
from dlf_grader.instruments.subjects.derived import NOT_DERIVED
from dlf_grader.instruments.subjects.layer import Layer, run_case

LAYER = """
def square(x): return x * x
class Square:
    def forward(self, x):
        self.x = x
        return self.compute()
    def compute(self): return square(self.x)
    def backward(self, dL_dy):
        dL_dx = np.zeros_like(self.x)
        {body}
        return dL_dx
"""
MEASURED = {
    "forward, a number at a time": """
        x = self.x
        for i in np.ndindex(x.shape):
            step = np.zeros_like(x)
            step[i] = 1e-5
            dL_dx[i] = np.sum(dL_dy * (self.forward(x + step) - self.forward(x - step))) / 2e-5""",
    "forward, to one side": """
        x, y = self.x.copy(), self.forward(self.x)
        for i in np.ndindex(x.shape):
            x[i] += 1e-7
            dL_dx[i] = np.sum(dL_dy * (self.forward(x) - y)) / 1e-7
            x[i] -= 1e-7""",
    "a function of forward's": """
        for i in np.ndindex(self.x.shape):
            step = np.zeros_like(self.x)
            step[i] = 1e-5
            dL_dx[i] = np.sum(dL_dy * (square(self.x + step) - square(self.x - step))) / 2e-5""",
    "a method without arguments": """
        for i in np.ndindex(self.x.shape):
            self.x[i] += 1e-6
            up = np.sum(dL_dy * self.compute())
            self.x[i] -= 2e-6
            dL_dx[i] = (up - np.sum(dL_dy * self.compute())) / 2e-6
            self.x[i] += 1e-6""",
    "forward, on all points in one batch": """
        x, steps = self.x, 1e-5 * np.eye(self.x.size).reshape(-1, *self.x.shape)
        up, down = self.forward(x + steps), self.forward(x - steps)
        dL_dx = ((up - down) * dL_dy).sum((1, 2)).reshape(x.shape) / 2e-5""",
    "complex points": """
        dL_dx = dL_dy * self.forward(self.x + 1e-30j).imag / 1e-30""",
}
HONEST = {
    "one line": "dL_dx = 2 * dL_dy * self.x",
    "a loop over the numbers": """
        for i in np.ndindex(self.x.shape):
            dL_dx[i] = 2 * dL_dy[i] * self.x[i]""",
    "a function of forward's, number by number": """
        for i in np.ndindex(self.x.shape):
            dL_dx[i] = 2 * dL_dy[i] * square(self.x[i]) / self.x[i]""",
    "forward, for each sample": """
        for n, row in enumerate(self.x.copy()):
            dL_dx[n] = 2 * dL_dy[n] * self.forward(row) / row""",
    "all of forward, for each sample": """
        for n, row in enumerate(self.x):
            dL_dx[n] = 2 * dL_dy[n] * self.forward(self.x)[n] / row""",
    "by Fourier's transform": """
        dL_dx = np.fft.ifft(np.fft.fft(2 * dL_dy * square(np.sqrt(np.abs(self.x))) * np.sign(self.x))).real""",
}
SQUARE = Layer(name="Square", oracle="", cases=lambda rng_for: ())


def run(learner, body):
    rng = np.random.default_rng(0)
    case = Case("64 samples", (rng.uniform(1, 2, (64, 32)),), upstream=rng.standard_normal((64, 32)))
    answer = run_case(learner(LAYER.format(body=body.strip())), SQUARE, case, backward=True)
    assert np.allclose(answer["dL_dx"], 2 * case.inputs[0] * case.upstream, rtol=1e-4)


@pytest.mark.parametrize("body", MEASURED.values(), ids=MEASURED.keys())
def test_a_measured_gradient_is_told(learner, body):
    with pytest.raises(CheckFailure, match="derive it") as caught:
        run(learner, body)
    assert caught.value.diagnosis == (NOT_DERIVED,)


@pytest.mark.parametrize("body", HONEST.values(), ids=HONEST.keys())
def test_a_derived_gradient_is_left_alone_however_slow(learner, body):
    run(learner, body)
