# /// attack
# tries = "Holds as many files open as the system has."
# status = "failed"
# says = "Too many open files"
# ///


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        self.kept = []
        while True:
            self.kept.append(open("kept", "w"))
