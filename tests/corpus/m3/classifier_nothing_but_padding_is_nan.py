# exercise = "m3_attention/classifier.py"
# mistake = "masked_fill(-inf): a text of nothing but padding has nan logits"
# caught_by = ["m3.classifier.padding"]
# names = "nan|finite|nothing but padding|-inf"
# methods = true
import math


class SelfAttention:
    def forward(self, x, real):
        N, T, E = x.shape
        q, k, v = self.qkv(x).view(N, T, 3, self.num_heads, -1).permute(2, 0, 3, 1, 4)
        att = (q @ k.mT) / math.sqrt(q.size(-1))
        att = att.masked_fill(~real[:, None, None, :], float("-inf")).softmax(-1)
        y = (self.dropout(att) @ v).transpose(1, 2).reshape(N, T, E)
        return self.out(y)
