# /// attack
# tries = "Replaces NumPy and our own modules in sys.modules by one that says yes to everything."
# status = "failed"
# says = "y has the wrong shape"
# ///
import sys
import types


class Yes(types.ModuleType):
    def __getattr__(self, name):
        return lambda *args, **kwargs: True


for name in list(sys.modules):
    if name.startswith(("numpy", "dlf_grader", "msgspec")):
        sys.modules[name] = Yes(name)


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        return sys.modules["numpy"].zeros(3)
