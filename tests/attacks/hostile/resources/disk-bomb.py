# /// attack
# tries = "Fills the disk with one file."
# status = "failed"
# says = "raised OSError"
# patience = 15.0
# ///


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        with open("large", "wb") as file:
            file.seek((1 << 30) - 100)
            file.write(b"x" * 200)
            file.flush()
