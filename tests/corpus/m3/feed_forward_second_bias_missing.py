# exercise = "m3_attention/encoder.py"
# mistake = "b2 is not added"
# caught_by = ["m3.feed_forward.forward", "m3.block.forward"]
# names = "b2|bias"
# methods = true
import numpy as np


class FeedForward:
    def forward(self, x):
        if x.ndim < 1 or x.shape[-1] != self.d_model:
            raise ValueError(f"expected (..., {self.d_model}), got {x.shape}")
        W1, W2 = self.W1.astype(x.dtype), self.W2.astype(x.dtype)
        h = np.clip(x @ W1.T + self.b1.astype(x.dtype), 0, None)
        self.cache = x, h, W1, W2
        return h @ W2.T
