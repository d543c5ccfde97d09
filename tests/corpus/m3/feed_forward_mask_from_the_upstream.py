# exercise = "m3_attention/encoder.py"
# mistake = "in backward the ReLU's mask is taken from the gradient instead of the hidden values"
# caught_by = ["m3.feed_forward.backward", "m3.feed_forward.gradient", "m3.block.backward"]
# names = "ReLU|relu|mask|hidden"
import numpy as np


class FeedForward:
    def __init__(self, d_model, d_ff, *, rng=None):
        rng = rng or np.random.default_rng()
        self.E = d_model
        self.W1 = rng.standard_normal((d_ff, d_model)) * (2 / d_model) ** 0.5
        self.W2 = rng.standard_normal((d_model, d_ff)) * (2 / d_ff) ** 0.5
        self.b1, self.b2 = np.zeros(d_ff), np.zeros(d_model)

    def forward(self, x):
        if not x.ndim or x.shape[-1] != self.E:
            raise ValueError(f"expected (..., {self.E}), got {x.shape}")
        self.x = x
        self.h = x @ self.W1.T.astype(x.dtype) + self.b1.astype(x.dtype)
        self.a = self.h * (self.h > 0)
        return self.a @ self.W2.T.astype(x.dtype) + self.b2.astype(x.dtype)

    def backward(self, g):
        g2, a2, x2 = (m.reshape(-1, m.shape[-1]) for m in (g, self.a, self.x))
        self.dL_dW2, self.dL_db2 = g2.T @ a2, g2.sum(0)
        d = g2 @ self.W2.astype(self.x.dtype)
        d = d * (d > 0)
        self.dL_dW1, self.dL_db1 = d.T @ x2, d.sum(0)
        return (d @ self.W1.astype(self.x.dtype)).reshape(self.x.shape).astype(self.x.dtype)
