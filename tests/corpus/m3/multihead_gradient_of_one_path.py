# exercise = "m3_attention/multihead.py"
# mistake = "dL_dx is only the path through the values"
# caught_by = ["m3.multihead.backward", "m3.multihead.gradient"]
# names = "values|only|three|path|queries|add"
# methods = true
from m3_attention.attention import scaled_dot_product_attention_backward


class MultiHeadAttention:
    def backward(self, dL_dy):
        x, q, k, v, weights, merged, W_q, W_k, W_v, W_o = self.cache
        rows = lambda a: a.reshape(-1, a.shape[-1])
        dL_dy = dL_dy.astype(x.dtype)
        self.dL_dW_o, self.dL_db_o = rows(dL_dy).T @ rows(merged), rows(dL_dy).sum(0)
        dq, dk, dv = map(self._merge, scaled_dot_product_attention_backward(
            self._split(dL_dy @ W_o), q, k, v, weights))
        for name, d, W in (("q", dq, W_q), ("k", dk, W_k), ("v", dv, W_v)):
            setattr(self, f"dL_dW_{name}", rows(d).T @ rows(x))
            setattr(self, f"dL_db_{name}", rows(d).sum(0))
            dL_dx = d @ W
        return dL_dx
