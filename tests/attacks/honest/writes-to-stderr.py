# /// honest
# tries = "Draws a progress bar on stderr, with colours, and prints tracebacks of exceptions that it caught."
# ///
import sys
import traceback

plain_backward = Embedding.backward


def backward(self, dL_dy):
    for share in range(0, 101, 5):
        print(f"\r\x1b[32m{'#' * share}\x1b[0m {share} %", end="", file=sys.stderr, flush=True)
    try:
        raise KeyError("caught")
    except KeyError:
        traceback.print_exc()
    return plain_backward(self, dL_dy)


Embedding.backward = backward
