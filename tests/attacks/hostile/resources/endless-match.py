# /// attack
# tries = "Answers after some hundred years, by a regular expression."
# status = "timeout"
# says = "did not end in time"
# patience = 2.0
# ///
import re


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        return re.match("(a+)+$", "a" * 60 + "b")
