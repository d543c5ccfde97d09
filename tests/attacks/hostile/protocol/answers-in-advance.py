# /// attack
# tries = "Answers the next questions before they are asked."
# status = "crashed"
# says = "the worker sent an answer to a question nobody asked"
# ///
import sys

worker = sys.modules["dlf_grader.sandbox.worker"]
protocol = sys.modules["dlf_grader.sandbox.protocol"]
carry_out = worker.Worker._carry_out


def often(self, request):
    reply = carry_out(self, request)
    for _ in range(10):
        self.send(reply)
    return reply


worker.Worker._carry_out = often


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        return self.W[ids]
