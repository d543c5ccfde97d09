# exercise = "m3_attention/multihead.py"
# mistake = "scores divided by sqrt(E) instead of sqrt(E / h)"
# caught_by = ["m3.multihead.forward", "m3.multihead.heads", "m3.multihead.backward"]
# names = "√|sqrt|scal|d_model|E / h"
# methods = true
import math

import numpy as np

from m3_attention.attention import masked_softmax


class MultiHeadAttention:
    def forward(self, x, mask=None):
        self._check_input(x)
        W_q, W_k, W_v, W_o = (W.astype(x.dtype) for W in (self.W_q, self.W_k, self.W_v, self.W_o))
        b_q, b_k, b_v, b_o = (b.astype(x.dtype) for b in (self.b_q, self.b_k, self.b_v, self.b_o))
        q, k, v = (self._split(x @ W.T + b) for W, b in ((W_q, b_q), (W_k, b_k), (W_v, b_v)))
        scores = np.einsum("nhtd,nhsd->nhts", q, k) / math.sqrt(self.d_model)
        self.weights = masked_softmax(scores, mask)
        merged = self._merge(self.weights @ v)
        self.cache = x, q, k, v, self.weights, merged, W_q, W_k, W_v, W_o
        return merged @ W_o.T + b_o
