# /// attack
# tries = "Kills its whole process group."
# status = "crashed"
# says = "killed by SIGKILL"
# ///
import os
import signal


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        os.killpg(0, signal.SIGKILL)
