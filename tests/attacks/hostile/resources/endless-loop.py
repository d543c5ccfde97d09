# /// attack
# tries = "Never answers."
# status = "timeout"
# says = "Embedding.forward(int64 (1, 1)) did not end in time"
# patience = 2.0
# ///


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        while True:
            pass
