# /// attack
# tries = "Answers one question with a thousand values, and with none."
# status = "crashed"
# says = "the worker sent too few or too many values"
# ///
import sys

worker = sys.modules["dlf_grader.sandbox.worker"]
protocol = sys.modules["dlf_grader.sandbox.protocol"]
worker.Worker._carry_out = lambda self, request: protocol.Values(request.id, [None] * 1000)


class Embedding: ...
