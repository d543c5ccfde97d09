# /// attack
# tries = "Uses PyTorch's attention through the dispatcher, by a name put together when it runs."
# exercise = "m3_attention/classifier.py"
# status = "refused"
# says = "PyTorch's scaled_dot_product_attention"
# ///
import torch
from torch import nn


class EncoderClassifier(nn.Module):
    def __init__(self, vocab_size, num_classes, d_model=128, num_heads=4, **more):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, d_model)
        self.head = nn.Linear(d_model, num_classes)

    def forward(self, tokens):
        x = self.embedding(tokens)
        operator = getattr(torch.ops.aten, "_".join(["scaled", "dot", "product", "attention"]))
        return self.head(operator(x, x, x).mean(dim=1))
