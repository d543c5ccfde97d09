# /// attack
# tries = "Takes memory without end."
# status = "failed"
# says = "raised MemoryError"
# memory = 512
# ///
import numpy as np


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        kept = []
        while True:
            kept.append(np.ones(1 << 26))
