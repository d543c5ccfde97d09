# /// attack
# tries = "Hands in packages named as ours, to be imported in their place."
# status = "failed"
# says = "y is wrong"
# [files]
# "dlf_grader/__init__.py" = "raise SystemExit('imported')"
# "dlf_grader/sandbox/worker.py" = "raise SystemExit('imported')"
# "dlf_reference/__init__.py" = "raise SystemExit('imported')"
# "dlf_reference/oracles/m2.py" = "raise SystemExit('imported')"
# "msgspec.py" = "raise SystemExit('imported')"
# ///
import numpy as np


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        return np.zeros((*ids.shape, self.W.shape[1]))
