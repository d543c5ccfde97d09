# exercise = "m3_attention/classifier.py"
# mistake = "key masks are transposed: padded queries are masked instead of padded keys"
# caught_by = ["m3.classifier.padding"]
# names = "padding|keys|mask"
# methods = true
import math

import torch


class SelfAttention:
    def forward(self, x, real):
        N, T, E = x.shape
        q, k, v = self.qkv(x).view(N, T, 3, self.num_heads, -1).permute(2, 0, 3, 1, 4)
        att = (q @ k.mT) / math.sqrt(q.size(-1))
        att = att.masked_fill(~real[:, None, :, None], torch.finfo(att.dtype).min).softmax(-1)
        return self.out((self.dropout(att) @ v).transpose(1, 2).reshape(N, T, E))
