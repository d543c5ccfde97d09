# /// attack
# tries = "Takes memory that is no heap: shared, and in files without names."
# status = "failed"
# says = "raised MemoryError"
# patience = 15.0
# ///
import mmap
import os

MORE = 6 << 30  # bytes; a worker may have four gigabytes


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        block = bytes(64 << 20)
        taken = 0
        try:
            shared = mmap.mmap(-1, MORE)
            while taken < MORE:
                taken += shared.write(block)
            raise ValueError("took shared memory")
        except OSError:
            pass
        taken = 0
        try:
            while taken < MORE:
                file = os.memfd_create("kept")
                taken += sum(os.write(file, block) for _ in range(15))
            raise ValueError("took files in memory")
        except OSError:
            raise MemoryError from None
