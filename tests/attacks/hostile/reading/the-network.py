# /// attack
# tries = "Asks somebody else for the answer, over TCP."
# status = "failed"
# says = "raised PermissionError"
# promised_from = "locked"
# ///
import socket


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        with socket.create_connection(("127.0.0.1", 9), timeout=1) as friend:
            friend.sendall(ids.tobytes())
            return friend.recv(100)
