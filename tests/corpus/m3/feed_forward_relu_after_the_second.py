# exercise = "m3_attention/encoder.py"
# mistake = "another ReLU after the second layer"
# caught_by = ["m3.feed_forward.forward", "m3.feed_forward.gradient", "m3.block.forward"]
# names = "ReLU|relu|negative"
# methods = true
import numpy as np


class FeedForward:
    def forward(self, x):
        if x.ndim < 1 or x.shape[-1] != self.d_model:
            raise ValueError(f"expected (..., {self.d_model}), got {x.shape}")
        W1, W2 = self.W1.astype(x.dtype), self.W2.astype(x.dtype)
        h = np.maximum(0, x @ W1.T + self.b1.astype(x.dtype))
        self.cache = x, h, W1, W2
        return np.maximum(0, h @ W2.T + self.b2.astype(x.dtype))
