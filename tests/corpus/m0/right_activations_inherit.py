# exercise = "m0_mlp/layers.py"
# right = true
# note = "one base class for three activations, derivatives as lambdas, tanh from a sigmoid"
import numpy as np


class Activation:
    def f(self, x):
        raise TypeError

    def df(self, x, y):
        raise TypeError

    def forward(self, x):
        self._x, self._y = x, self.f(x).astype(x.dtype)
        return self._y

    def backward(self, g):
        return (g * self.df(self._x, self._y)).astype(self._x.dtype)


class ReLU(Activation):
    f = staticmethod(lambda x: x.clip(min=0))
    df = staticmethod(lambda x, y: (y > 0) * 1.0)


class Sigmoid(Activation):
    f = staticmethod(lambda x: np.exp(-np.logaddexp(0, -x)))
    df = staticmethod(lambda x, y: y * (1 - y))


class Tanh(Activation):
    f = staticmethod(lambda x: 2 * np.exp(-np.logaddexp(0, -2 * x)) - 1)
    df = staticmethod(lambda x, y: (1 - y) * (1 + y))
