# exercise = "m2_rnn/embedding.py"
# mistake = "negative ids are looked up from the end of the table"
# caught_by = ["m2.embedding.errors", "m2.embedding.behaviour"]
# names = "negative|-1|range|ValueError"
import numpy as np


class Embedding:
    def __init__(self, num_embeddings, embedding_dim, *, rng=None):
        self.V, self.D = num_embeddings, embedding_dim
        rng = np.random.default_rng() if rng is None else rng
        self.W = rng.standard_normal((self.V, self.D))

    def forward(self, ids):
        if ids.ndim != 2:
            raise ValueError(f"expected (N, T), got {ids.shape}")
        if ids.dtype.kind not in "iu":
            raise ValueError(f"expected integers, got {ids.dtype}")
        if (ids >= self.V).any():
            raise ValueError(f"id {ids.max()} but only {self.V} rows")
        self.ids = np.array(ids)
        return self.W[ids]

    def backward(self, dy):
        onehot = np.zeros((self.ids.size, self.V))
        onehot[np.arange(self.ids.size), self.ids.ravel()] = 1
        self.dL_dW = onehot.T @ dy.reshape(-1, self.D)
