# /// attack
# tries = "Rewrites the grader's statuses and failures in sys.modules."
# status = "failed"
# says = "y is wrong"
# ///
import sys

import numpy as np

failures = sys.modules["dlf_grader.failures"]
failures.CheckFailure.__init__ = lambda self, *args: sys.exit(0)
for name in ("LearnerError", "NotWritten", "WorkerLost", "GraderFault"):
    getattr(failures, name).status = "passed"
model = type(sys)("dlf_grader.model")  # not there, as a worker needs none of it: perhaps the next to import it is fooled
model.Status = type("Status", (), dict.fromkeys(["PASSED", "FAILED", "TODO", "BLOCKED", "CRASHED"], "passed"))
sys.modules["dlf_grader.model"] = model


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        return np.ones((*ids.shape, self.W.shape[1]))
