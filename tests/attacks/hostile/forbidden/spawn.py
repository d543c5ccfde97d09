# /// attack
# tries = "Starts programs by the other roads of the standard library: exec, posix_spawn, system, pty, multiprocessing."
# status = "refused"
# says = "starts another program"
# ///
import os
import sys


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        for start in (
            lambda: os.posix_spawn(sys.executable, [sys.executable, "-c", "pass"], {}),
            lambda: os.execv(sys.executable, [sys.executable, "-c", "pass"]),
            lambda: os.system("true"),
            lambda: os.forkpty(),
        ):
            try:
                start()
            except BaseException:
                continue
