# /// attack
# tries = "Answers with a handle whose name and methods are a flood of control characters, and whose number is another's."
# status = "failed"
# says = "got an object of type"
# ///
import sys

worker = sys.modules["dlf_grader.sandbox.worker"]
protocol = sys.modules["dlf_grader.sandbox.protocol"]
carry_out = worker.Worker._carry_out


def handles(self, request):
    reply = carry_out(self, request)
    hostile = protocol.Handle(-(2**60), "✓\n\x1b[2J\u202e" * 10_000, ("__class__", "fetch", "_submission", "shape"))
    return protocol.Values(request.id, [protocol.pack_value(hostile)] * len(request.operations))


worker.Worker._carry_out = handles


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        return ids
