# /// attack
# tries = "Sends a message so slowly that something always comes, and the end never."
# status = "timeout"
# says = "did not end in time"
# patience = 2.0
# ///
import gc
import socket
import time


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        (connection,) = [thing for thing in gc.get_objects() if isinstance(thing, socket.socket)]
        connection.sendall(b"\x00\x00\x00\x00\x01\x00\x00\x00")
        while True:
            connection.sendall(b"\x00")
            time.sleep(0.01)
