# /// attack
# tries = "Imports PyTorch in an exercise that is to be written in NumPy."
# status = "refused"
# says = "imports torch: write it with NumPy"
# ///
import torch

Embedding = torch.nn.Embedding
