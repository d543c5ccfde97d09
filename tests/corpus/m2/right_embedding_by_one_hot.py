# exercise = "m2_rnn/embedding.py"
# right = true
# note = "a one-hot product for the gradient, checks with a subclass of ValueError"
import numpy as np


class BadIds(ValueError):
    pass


class Embedding:
    def __init__(self, num_embeddings, embedding_dim, *, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        self.W = rng.uniform(-1, 1, (num_embeddings, embedding_dim))

    def forward(self, ids):
        V = len(self.W)
        if ids.ndim != 2 or not np.issubdtype(ids.dtype, np.integer):
            raise BadIds(f"expected integers (N, T), got {ids.dtype} of {ids.shape}")
        if ids.size and (ids.min() < 0 or ids.max() >= V):
            raise BadIds(f"expected 0 <= id < {V}, got {ids.min()} to {ids.max()}")
        self.hot = (ids.reshape(-1, 1) == np.arange(V)).astype(self.W.dtype)
        return (self.hot @ self.W).reshape(*ids.shape, -1)

    def backward(self, g):
        self.dL_dW = self.hot.T @ g.reshape(len(self.hot), -1)
