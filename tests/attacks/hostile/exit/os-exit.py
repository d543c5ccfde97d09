# /// attack
# tries = "Ends the process with status 0, as if all were well."
# status = "crashed"
# says = "Embedding.forward(int64 (1, 1)) ended its process: exited with status 0"
# ///
import os


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        os._exit(0)
