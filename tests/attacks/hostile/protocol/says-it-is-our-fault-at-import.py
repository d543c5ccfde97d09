# /// attack
# tries = "Says so while it is imported, when the grader still waits for the worker to be ready."
# status = "crashed"
# says = "the worker sent"
# ///
import sys

worker = sys.modules["dlf_grader.sandbox.worker"]
protocol = sys.modules["dlf_grader.sandbox.protocol"]
worker.Values = lambda *args: protocol.Unable("the disk is full")


class Embedding: ...
