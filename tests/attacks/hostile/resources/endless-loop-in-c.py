# /// attack
# tries = "Never answers, in C, with the interpreter's lock held and every signal blocked."
# status = "timeout"
# says = "did not end in time"
# patience = 2.0
# ///
import itertools
import signal


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP, 32, 33}:
            signal.signal(number, signal.SIG_IGN)
        return sum(itertools.repeat(0))
