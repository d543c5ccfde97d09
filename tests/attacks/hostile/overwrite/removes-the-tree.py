# /// attack
# tries = "Removes the project it is graded in."
# status = "failed"
# says = "raised PermissionError"
# [on.bwrap]
# status = "failed"
# says = "raised FileNotFoundError"
# ///
import shutil


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        shutil.rmtree("@TREE@")
