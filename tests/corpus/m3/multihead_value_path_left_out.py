# exercise = "m3_attention/multihead.py"
# mistake = "dx is the sum of the gradients through q and k only"
# caught_by = ["m3.multihead.backward", "m3.multihead.gradient"]
# names = "three"
# methods = true
import numpy as np


class MultiHeadAttention:
    def backward(self, dL_dy):
        x, q, k, v, weights, merged, Wq, Wk, Wv, Wo = self.cache
        dL_dy = dL_dy.astype(x.dtype)
        dm, self.dL_dW_o, self.dL_db_o = _linear_backward(dL_dy, merged, Wo)
        dq, dk, dv = (self._merge(g) for g in scaled_dot_product_attention_backward(self._split(dm), q, k, v, weights))
        dx, self.dL_dW_q, self.dL_db_q = _linear_backward(dq, x, Wq)
        more, self.dL_dW_k, self.dL_db_k = _linear_backward(dk, x, Wk)
        dx += more
        _, self.dL_dW_v, self.dL_db_v = _linear_backward(dv, x, Wv)
        return dx
