# /// attack
# tries = "Imports PyTorch by a name that is put together only when it runs."
# status = "refused"
# says = "imports torch: write it with NumPy"
# ///
import importlib

torch = importlib.import_module("".join(reversed("hcrot")))
Embedding = torch.nn.Embedding
