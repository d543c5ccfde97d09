# /// attack
# tries = "Reaches PyTorch's attention under a transformation, which dispatches differently."
# exercise = "m3_attention/classifier.py"
# status = "refused"
# says = "scaled_dot_product"
# ///
import torch
from torch import nn


class EncoderClassifier(nn.Module):
    def __init__(self, vocab_size, num_classes, d_model=128, num_heads=4, **more):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, d_model)
        self.head = nn.Linear(d_model, num_classes)

    def forward(self, tokens):
        x = self.embedding(tokens)[:, None]
        attend = getattr(nn.functional, "scaled_dot" + "_product_attention")
        return self.head(torch.func.vmap(attend)(x, x, x)[:, 0].mean(dim=1))
