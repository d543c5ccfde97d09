# /// attack
# tries = "Reads whatever its open descriptors lead to."
# status = "timeout"
# says = "did not end in time"
# patience = 2.0
# ///
import contextlib
import os


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        found = b""
        for descriptor in range(3, 256):
            with contextlib.suppress(OSError):
                found += os.read(descriptor, 1 << 20)
        return found
