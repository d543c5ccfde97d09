# /// attack
# tries = "Returns an array without elements, of which none is wrong."
# status = "failed"
# says = "y has the wrong shape"
# ///
import numpy as np


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        return np.zeros((*ids.shape, 0))
