# /// attack
# tries = "Reports progress without end, faster than it can be read, so that the clock is never looked at."
# status = "timeout"
# says = "did not end in time"
# patience = 2.0
# ///
import sys

worker = sys.modules["dlf_grader.sandbox.worker"]
protocol = sys.modules["dlf_grader.sandbox.protocol"]


def flood(self, request):
    frame = protocol.encode_message(protocol.Progress(request.id, None))
    many = (protocol.LENGTH.pack(len(frame)) + frame) * 10_000
    while True:
        self.connection.sendall(many)


worker.Worker._carry_out = flood


class Embedding: ...
