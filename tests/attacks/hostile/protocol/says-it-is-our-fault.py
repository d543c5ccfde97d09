# /// attack
# tries = "Says that it could not confine itself, so that the failure counts as the grader's."
# status = "crashed"
# says = "the worker sent"
# ///
import sys

worker = sys.modules["dlf_grader.sandbox.worker"]
protocol = sys.modules["dlf_grader.sandbox.protocol"]
worker.Worker._carry_out = lambda self, request: protocol.Unable("the disk is full")


class Embedding: ...
