# /// attack
# tries = "Puts a link to an endless file where the grader reads what is under way, and never answers."
# status = "timeout"
# says = "did not end in time"
# patience = 2.0
# ///
import os


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        os.remove(".under-way")
        os.symlink("/dev/zero", ".under-way")
        while True:
            pass
