# exercise = "m3_attention/encoder.py"
# right = true
# note = "Positions by complex powers; FeedForward is two of m0's Linear behind properties"
# methods = true
import numpy as np

from m0_mlp.layers import Linear, ReLU


def sinusoidal_positions(length, d_model):
    wave = np.exp(1j * np.outer(np.arange(length), 1e4 ** (-2.0 * np.arange((d_model + 1) // 2) / d_model)))
    return np.stack([wave.imag, wave.real], axis=-1).reshape(length, -1)[:, :d_model]


def _of(part, name):
    return property(
        lambda self: getattr(getattr(self, part), name), lambda self, value: setattr(getattr(self, part), name, value)
    )


class FeedForward:
    W1, b1, W2, b2 = _of("_up", "W"), _of("_up", "b"), _of("_down", "W"), _of("_down", "b")
    dL_dW1, dL_db1 = _of("_up", "dL_dW"), _of("_up", "dL_db")
    dL_dW2, dL_db2 = _of("_down", "dL_dW"), _of("_down", "dL_db")

    def __init__(self, d_model, d_ff, *, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        self._up, self._relu, self._down = Linear(d_model, d_ff, rng=rng), ReLU(), Linear(d_ff, d_model, rng=rng)

    def forward(self, x):
        if x.ndim < 1 or x.shape[-1] != self._up.W.shape[1]:
            raise ValueError(f"expected (..., {self._up.W.shape[1]}), got {x.shape}")
        rows = x.reshape(-1, x.shape[-1])
        self._shape = x.shape
        return self._down.forward(self._relu.forward(self._up.forward(rows))).reshape(x.shape)

    def backward(self, dL_dy):
        g = dL_dy.reshape(-1, self._shape[-1])
        return self._up.backward(self._relu.backward(self._down.backward(g))).reshape(self._shape)
