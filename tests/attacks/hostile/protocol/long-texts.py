# /// attack
# tries = "Sends texts of many megabytes where a word is expected, to fill the report."
# status = "failed"
# says = "raised"
# ///
import sys

worker = sys.modules["dlf_grader.sandbox.worker"]
protocol = sys.modules["dlf_grader.sandbox.protocol"]


def long(self, request):
    text = "x\n\x1b[2J" * 1_000_000
    frames = [protocol.WireFrame(text, 1, text, {text[:1000]: text[:1000]})] * 3
    return protocol.Raised(request.id, 0, text, text, frames, False)


worker.Worker._carry_out = long


class Embedding: ...
