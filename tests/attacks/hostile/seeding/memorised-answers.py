# /// attack
# tries = "Knows the answers to the default seed's questions by heart."
# status = "failed"
# says = "y is wrong"
# ///
import numpy as np

FIRST = {(1, 1): [[[3.0]]], (1, 2): [[[1.0, 2.0], [5.0, 6.0]]]}  # what anyone sees who runs the grader once


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        known = np.array(FIRST.get(ids.shape, 0.0))
        return np.broadcast_to(known, (*ids.shape, self.W.shape[1])).copy()
