# /// attack
# tries = "Returns one number, in the hope that it is broadcast against what is expected."
# status = "failed"
# says = "y has the wrong shape"
# ///
import numpy as np


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        return np.float64(0.0)
