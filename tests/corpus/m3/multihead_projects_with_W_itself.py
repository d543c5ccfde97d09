# exercise = "m3_attention/multihead.py"
# mistake = "x @ W instead of x @ W.T"
# caught_by = ["m3.multihead.*"]
# names = "transpose|W\\.T"
# methods = true
import numpy as np


class MultiHeadAttention:
    def forward(self, x, mask=None):
        self._check_input(x)
        Wq, Wk, Wv, Wo = (W.astype(x.dtype) for W in (self.W_q, self.W_k, self.W_v, self.W_o))
        bq, bk, bv, bo = (b.astype(x.dtype) for b in (self.b_q, self.b_k, self.b_v, self.b_o))
        q, k, v = self._split(x @ Wq + bq), self._split(x @ Wk + bk), self._split(x @ Wv + bv)
        heads, self.weights = scaled_dot_product_attention(q, k, v, mask)
        merged = self._merge(heads)
        self.cache = x, q, k, v, self.weights, merged, Wq, Wk, Wv, Wo
        return merged @ Wo + bo
