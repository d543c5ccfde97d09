# /// attack
# tries = "Returns infinities, so that relative errors become nan."
# status = "failed"
# says = "y is wrong"
# ///
import numpy as np


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        y = np.full((*ids.shape, self.W.shape[1]), np.inf)
        y[..., ::2] = -np.inf
        return y
