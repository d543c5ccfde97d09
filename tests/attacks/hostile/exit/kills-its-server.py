# /// attack
# tries = "Kills the process that started it, and with it the other exercises' workers."
# status = "failed"
# says = "got None"
# promised_from = "locked"
# ///
import os
import signal


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        try:
            os.kill(os.getppid(), signal.SIGKILL)
        except OSError:
            return None
