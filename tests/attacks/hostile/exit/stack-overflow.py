# /// attack
# tries = "Overflows the stack of C, beyond what Python can report."
# status = "crashed"
# says = "killed by SIGSEGV"
# ///
import sys


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        sys.setrecursionlimit(10**9)
        deep = []
        for _ in range(10**5):
            deep = [deep]
        return repr(deep)
