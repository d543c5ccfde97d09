# /// attack
# tries = "Hands in a numpy.py of its own, in the hope that the grader imports it."
# status = "failed"
# says = "y is wrong"
# [files]
# "numpy.py" = "open('@OUTSIDE@/gradebook.db', 'w').write('spoilt')"
# "m2_rnn/numpy.py" = "open('@OUTSIDE@/gradebook.db', 'w').write('spoilt')"
# ///
import numpy as np


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        return np.zeros((*ids.shape, self.W.shape[1]))
