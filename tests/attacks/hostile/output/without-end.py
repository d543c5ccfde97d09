# /// attack
# tries = "Prints without end."
# status = "timeout"
# says = "did not end in time"
# patience = 2.0
# ///


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        while True:
            print("x" * 100_000)
