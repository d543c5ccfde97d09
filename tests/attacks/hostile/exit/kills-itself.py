# /// attack
# tries = "Kills its own process."
# status = "crashed"
# says = "killed by SIGKILL"
# [on.locked]
# status = "failed"
# says = "got None"
# ///
import os
import signal


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        os.kill(os.getpid(), signal.SIGKILL)
