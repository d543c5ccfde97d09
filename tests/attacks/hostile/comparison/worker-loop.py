# /// attack
# tries = "Rewrites the worker's own loop, so that every answer is the first argument."
# status = "failed"
# says = "y has the wrong shape"
# ///
import sys

worker = sys.modules["dlf_grader.sandbox.worker"]
protocol = sys.modules["dlf_grader.sandbox.protocol"]
worker.Worker._carry_out = lambda self, request: protocol.Values(request.id, [op.args[0] if hasattr(op, "args") and op.args else None for op in request.operations])


class Embedding: ...
