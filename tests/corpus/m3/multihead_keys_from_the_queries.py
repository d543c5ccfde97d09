# exercise = "m3_attention/multihead.py"
# mistake = "copy and paste: k is computed with W_q"
# caught_by = ["m3.multihead.forward", "m3.multihead.heads", "m3.multihead.gradient"]
# names = "W_q|W_k|keys"
# methods = true
from m3_attention.attention import scaled_dot_product_attention


class MultiHeadAttention:
    def forward(self, x, mask=None):
        self._check_input(x)
        W_q, W_k, W_v, W_o = (W.astype(x.dtype) for W in (self.W_q, self.W_k, self.W_v, self.W_o))
        b_q, b_k, b_v, b_o = (b.astype(x.dtype) for b in (self.b_q, self.b_k, self.b_v, self.b_o))
        q = self._split(x @ W_q.T + b_q)
        k = self._split(x @ W_q.T + b_k)
        v = self._split(x @ W_v.T + b_v)
        out, self.weights = scaled_dot_product_attention(q, k, v, mask)
        merged = self._merge(out)
        self.cache = x, q, k, v, self.weights, merged, W_q, W_k, W_v, W_o
        return merged @ W_o.T + b_o
