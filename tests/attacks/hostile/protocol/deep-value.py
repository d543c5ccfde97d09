# /// attack
# tries = "Sends tuples within tuples, ten thousand deep, past what the worker would let through."
# status = "crashed"
# says = "the worker sent"
# ///
import sys

worker = sys.modules["dlf_grader.sandbox.worker"]
protocol = sys.modules["dlf_grader.sandbox.protocol"]
msgspec = sys.modules["msgspec"]


def deep(self, request):
    value = None
    for _ in range(2_000):
        value = protocol._ext(protocol.EXT_TUPLE, [value])
    return protocol.Values(request.id, [value])


worker.Worker._carry_out = deep


class Embedding: ...
