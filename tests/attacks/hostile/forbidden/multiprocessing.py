# /// attack
# tries = "Starts processes through multiprocessing, which forks unseen."
# status = "refused"
# says = "imports multiprocessing"
# ///


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        pool = __import__("multiprocessing").Pool(2)
        return pool.map(len, ids)
