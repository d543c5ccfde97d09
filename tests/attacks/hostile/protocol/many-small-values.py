# /// attack
# tries = "Sends twenty million empty lists, which are a byte each on the way and sixty where they arrive."
# status = "crashed"
# says = "the worker sent"
# ///
import sys

worker = sys.modules["dlf_grader.sandbox.worker"]
protocol = sys.modules["dlf_grader.sandbox.protocol"]


def many(self, request):
    count = 20_000_000
    frame = b"\x83\xa4type\xa6values\xa2id\xcf" + request.id.to_bytes(8, "big") + b"\xa6values\x91\xdd" + count.to_bytes(4, "big")
    self.connection.sendall(protocol.LENGTH.pack(len(frame) + count) + frame + b"\x90" * count)


worker.Worker._carry_out = many


class Embedding: ...
