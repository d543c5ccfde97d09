# /// attack
# tries = "Stops its process without ending it, so that it neither answers nor dies."
# status = "timeout"
# says = "did not end in time"
# patience = 2.0
# [on.locked]
# status = "failed"
# says = "got None"
# ///
import os
import signal


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        os.kill(os.getpid(), signal.SIGSTOP)
