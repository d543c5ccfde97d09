# /// attack
# tries = "Leaves by sys.exit(0) where an answer is asked for."
# status = "failed"
# says = "raised SystemExit"
# ///
import sys


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        sys.exit(0)
