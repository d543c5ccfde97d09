# /// attack
# tries = "Returns nan, which no comparison with > finds too large."
# status = "failed"
# says = "y is wrong"
# ///
import numpy as np


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        return np.full((*ids.shape, self.W.shape[1]), np.nan)
