# /// attack
# tries = "Raises an exception whose text is lines of a report, colours and a cursor that goes back."
# status = "failed"
# says = "Embedding.forward(int64 (1, 1)) raised AssertionError"
# ///


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        raise AssertionError("\r\x1b[2K\x1b[1A\x1b[32m✓ passed\x1b[0m\n::error::x\n\u202e\u2066" + "x" * 10_000_000)
