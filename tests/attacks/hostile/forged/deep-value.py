# /// attack
# tries = "Returns lists nested so deep that whoever walks them runs out of stack."
# status = "failed"
# says = "nested deeper than 32 levels"
# ///


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        deep = []
        for _ in range(100_000):
            deep = [deep]
        return deep
