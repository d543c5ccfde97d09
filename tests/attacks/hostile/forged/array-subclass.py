# /// attack
# tries = "Returns an array of a subclass whose comparisons and ufuncs always agree."
# status = "failed"
# says = "a subclass of an array"
# ///
import numpy as np


class Right(np.ndarray):
    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return np.zeros(self.shape, bool)

    def __eq__(self, other):
        return np.ones(self.shape, bool)

    __hash__ = None


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        return np.zeros((*ids.shape, self.W.shape[1])).view(Right)
