# /// attack
# tries = "Starts processes through concurrent.futures."
# status = "refused"
# says = "imports multiprocessing"
# ///
from concurrent.futures import ProcessPoolExecutor


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        with ProcessPoolExecutor() as pool:
            return list(pool.map(len, ids))
