# /// attack
# tries = "Starts threads without end, none of which ends."
# status = "failed"
# says = "raised RuntimeError"
# patience = 4.0
# ///
import threading


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        while True:
            threading.Thread(target=threading.Event().wait, daemon=True).start()
