# /// attack
# tries = "Says that it is not written yet, in case that is skipped rather than failed."
# status = "todo"
# says = "not written yet"
# ///


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        raise NotImplementedError
