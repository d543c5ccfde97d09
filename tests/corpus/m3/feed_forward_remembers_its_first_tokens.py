# exercise = "m3_attention/encoder.py"
# mistake = "the input is stored at the first call only"
# caught_by = ["m3.feed_forward.*"]
# names = "every forward|earlier|latest|anew|stale"
# methods = true
import numpy as np


class FeedForward:
    def forward(self, x):
        if x.ndim < 1 or x.shape[-1] != self.d_model:
            raise ValueError(f"expected (..., {self.d_model}), got {x.shape}")
        W1, W2 = self.W1.astype(x.dtype), self.W2.astype(x.dtype)
        h = np.maximum(np.einsum("...e,fe->...f", x, W1) + self.b1.astype(x.dtype), 0)
        if not hasattr(self, "cache"):
            self.cache = x, h, W1, W2
        return np.einsum("...f,ef->...e", h, W2) + self.b2.astype(x.dtype)
