# /// attack
# tries = "Compiles its code under a file name that carries lines and colours, for the location of the error."
# status = "failed"
# says = "raised ValueError"
# ///
import sys
from pathlib import Path

root = Path(__file__).parents[1]
source = """
class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        raise ValueError("here")
"""
exec(compile(source, f"{root}/\x1b[32m✓ passed\n::error::{'x' * 100_000}.py", "exec"))
