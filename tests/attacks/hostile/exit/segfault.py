# /// attack
# tries = "Crashes the interpreter itself."
# status = "crashed"
# says = "killed by SIGSEGV"
# [on.locked]
# status = "failed"
# says = "got None"
# ///
import faulthandler


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        faulthandler._sigsegv()
