# /// attack
# tries = "Loads a library through NumPy's own loader, so that NumPy asks for it."
# status = "refused"
# says = "loads foreign code (ctypes.dlopen"
# ///
import os
import shutil

import numpy as np

folder = os.getcwd()
shutil.copy(np.linalg._umath_linalg.__file__, "copy.so")
np.ctypeslib.load_library("copy.so", folder)


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...
