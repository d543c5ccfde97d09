# /// attack
# tries = "Writes bytes that are no text to its output, closes it, and writes to every other descriptor."
# status = "crashed"
# says = "the worker sent"
# ///
import contextlib
import os

import numpy as np


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        os.write(1, bytes(range(256)) * 1000)
        os.close(1)
        os.close(2)
        for descriptor in range(3, 256):
            with contextlib.suppress(OSError):
                os.write(descriptor, b"\xff" * 64)
        return np.zeros((*ids.shape, self.W.shape[1]))
