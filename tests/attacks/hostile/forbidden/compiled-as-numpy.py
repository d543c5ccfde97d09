# /// attack
# tries = "Compiles code under the name of a file of NumPy's, and loads a library in it."
# status = "refused"
# says = "loads foreign code (ctypes.dlopen None)"
# ///
import numpy as np

exec(compile("import ctypes\nctypes.CDLL(None)", np.__file__, "exec"))


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...
