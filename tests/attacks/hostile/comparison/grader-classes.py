# /// attack
# tries = "Rewrites the grader's statuses and failures where they stand in sys.modules."
# status = "failed"
# says = "y is wrong"
# ///
import sys

import numpy as np

model = sys.modules["dlf_grader.model"]
failures = sys.modules["dlf_grader.failures"]
model.Status = type("Status", (), dict.fromkeys(["PASSED", "FAILED", "TODO", "BLOCKED", "CRASHED"], "passed"))
failures.CheckFailure.__init__ = lambda self, *args: sys.exit(0)
for name in ("Result", "Report", "Check"):
    getattr(model, name).score = 100.0


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        return np.ones((*ids.shape, self.W.shape[1]))
