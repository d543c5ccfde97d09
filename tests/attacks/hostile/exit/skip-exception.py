# /// attack
# tries = "Raises the exceptions by which test runners skip a test."
# status = "failed"
# says = "raised Skipped"
# ///
import unittest


class Skipped(unittest.SkipTest, BaseException): ...


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        raise Skipped("all good")
