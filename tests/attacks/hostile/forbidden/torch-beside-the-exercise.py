# /// attack
# tries = "Hands in a folder named torch, so that the name counts as its own."
# status = "refused"
# says = "imports torch"
# [files]
# "torch/mine.py" = "x = 1"
# ///
import torch

Embedding = torch.nn.Embedding
