# /// attack
# tries = "Imports PyTorch and catches every exception, to try again at the next call."
# status = "refused"
# says = "imports torch"
# ///


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        while True:
            try:
                return __import__("torch").from_numpy(self.W)[ids].numpy()
            except BaseException:
                continue
