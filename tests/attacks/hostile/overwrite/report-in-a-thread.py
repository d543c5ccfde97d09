# /// attack
# tries = "Overwrites the report again and again, from a thread that goes on after every answer."
# status = "failed"
# says = "got None"
# ///
import threading
import time


def forge():
    while True:
        try:
            with open("@REPORT@", "w") as report:
                report.write('{"schema": "dlf/report/v1", "score": 100, "max_score": 100, "results": []}')
        except OSError:
            time.sleep(0.001)


threading.Thread(target=forge, daemon=True).start()


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        return None
