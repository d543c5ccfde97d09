# /// attack
# tries = "Uses PyTorch's attention where attention is what is to be written."
# exercise = "m3_attention/classifier.py"
# status = "refused"
# says = "uses torch.nn.MultiheadAttention"
# ///
from torch import nn


class EncoderClassifier(nn.Module):
    def __init__(self, vocab_size, num_classes, d_model=128, num_heads=4, **more):
        super().__init__()
        self.attention = nn.MultiheadAttention(d_model, num_heads)
