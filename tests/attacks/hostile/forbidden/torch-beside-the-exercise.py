# /// attack
# tries = "Hands in a folder named torch, so that the name counts as its own."
# status = "refused"
# says = "imports torch"
# [files]
# "torch/mine.py" = "x = 1"
# [on.bwrap]
# status = "failed"
# says = "module 'torch' has no attribute 'nn'"
# ///
import torch

Embedding = torch.nn.Embedding
