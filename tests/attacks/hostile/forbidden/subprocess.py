# /// attack
# tries = "Has another Python compute the answer with PyTorch."
# status = "refused"
# says = "starts another program (subprocess.Popen)"
# ///
import subprocess
import sys

import numpy as np


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        code = f"import torch; print(torch.tensor({self.W.tolist()})[torch.tensor({ids.tolist()})].tolist())"
        return np.array(eval(subprocess.check_output([sys.executable, "-c", code])))
