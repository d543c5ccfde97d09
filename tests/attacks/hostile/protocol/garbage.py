# /// attack
# tries = "Writes bytes of its own into the connection to the grader."
# status = "crashed"
# says = "the worker sent"
# ///
import gc
import socket


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        for connection in [thing for thing in gc.get_objects() if isinstance(thing, socket.socket)]:
            connection.sendall(b"\x00\x00\x00\x00\x00\x00\x00\x04\xde\xad\xbe\xef")
