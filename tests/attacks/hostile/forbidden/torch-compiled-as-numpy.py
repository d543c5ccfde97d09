# /// attack
# tries = "Compiles code under the name of a file of NumPy's, and imports PyTorch in it."
# status = "failed"
# says = "No module named 'torch'"
# ///
import numpy as np

exec(compile("import torch", np.__file__, "exec"))
Embedding = torch.nn.Embedding  # noqa: F821 - the compiled line would bring the name
