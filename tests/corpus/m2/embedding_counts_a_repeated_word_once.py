# exercise = "m2_rnn/embedding.py"
# mistake = "dW[ids] += g adds a repeated id once"
# caught_by = ["m2.embedding.backward", "m2.embedding.behaviour"]
# names = "repeat|twice|several|once|add\\.at|more than one"
import numpy as np


class Embedding:
    def __init__(self, num_embeddings, embedding_dim, *, rng=None):
        rng = rng or np.random.default_rng()
        self.W = rng.normal(size=(num_embeddings, embedding_dim))

    def forward(self, ids):
        if ids.ndim != 2 or ids.dtype.kind not in "iu":
            raise ValueError(f"expected integer ids (N, T), got {ids.dtype} {ids.shape}")
        if ids.size and (ids.min() < 0 or ids.max() >= len(self.W)):
            raise ValueError(f"expected ids below {len(self.W)}, got {ids.min()} to {ids.max()}")
        self.ids = ids.copy()
        return np.take(self.W, ids, axis=0)

    def backward(self, grad):
        dW = np.zeros_like(self.W)
        dW[self.ids] += grad
        self.dL_dW = dW
