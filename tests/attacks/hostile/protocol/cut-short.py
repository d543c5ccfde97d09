# /// attack
# tries = "Announces a message, sends half of it, and hangs up."
# status = "crashed"
# says = "ended its process"
# ///
import gc
import socket
import struct
import time


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        for connection in [thing for thing in gc.get_objects() if isinstance(thing, socket.socket)]:
            connection.sendall(struct.pack(">Q", 1000) + b"\x83")
            connection.shutdown(socket.SHUT_WR)
        time.sleep(600)
