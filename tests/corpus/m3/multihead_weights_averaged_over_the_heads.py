# exercise = "m3_attention/multihead.py"
# mistake = "the weights of the heads are kept as their mean over the heads, (N, T, T)"
# caught_by = ["m3.multihead.heads"]
# names = "heads|mean|averag|shape"
# methods = true
from m3_attention.attention import scaled_dot_product_attention


class MultiHeadAttention:
    def forward(self, x, mask=None):
        self._check_input(x)
        W_q, W_k, W_v, W_o = (W.astype(x.dtype) for W in (self.W_q, self.W_k, self.W_v, self.W_o))
        q = self._split(x @ W_q.T + self.b_q.astype(x.dtype))
        k = self._split(x @ W_k.T + self.b_k.astype(x.dtype))
        v = self._split(x @ W_v.T + self.b_v.astype(x.dtype))
        out, weights = scaled_dot_product_attention(q, k, v, mask)
        self.weights = weights.mean(axis=1)
        merged = self._merge(out)
        self.cache = x, q, k, v, weights, merged, W_q, W_k, W_v, W_o
        return merged @ W_o.T + self.b_o.astype(x.dtype)
