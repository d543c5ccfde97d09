# /// attack
# tries = "Stops every clock it can reach, so that no time ever passes, and never answers."
# status = "timeout"
# says = "did not end in time"
# patience = 2.0
# ///
import time

for name in ("time", "monotonic", "perf_counter", "process_time", "time_ns", "monotonic_ns"):
    setattr(time, name, lambda: 0)
time.sleep = lambda seconds: None


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        while time.monotonic() < 1:
            time.sleep(1)
