# /// attack
# tries = "Loads machine code from its working folder as an extension module, under a name of the standard library."
# status = "refused"
# says = "loads foreign code (antigravity)"
# ///
import importlib.machinery
import importlib.util
import os
import shutil

import numpy as np

copied = os.path.abspath("copied.so")
shutil.copy(np.linalg._umath_linalg.__file__, copied)
loader = importlib.machinery.ExtensionFileLoader("antigravity", copied)
importlib.util.module_from_spec(importlib.util.spec_from_loader("antigravity", loader))


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...
