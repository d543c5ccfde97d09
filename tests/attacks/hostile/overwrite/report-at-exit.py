# /// attack
# tries = "Overwrites the report when its process ends."
# status = "failed"
# says = "raised PermissionError"
# ///
import atexit
import json


def forge():
    with open("@REPORT@", "w") as report:
        json.dump({"schema": "dlf/report/v1", "score": 100, "max_score": 100, "results": []}, report)


atexit.register(forge)


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        forge()
