# exercise = "m3_attention/attention.py"
# mistake = "the row sum of w · dw is taken over the queries (axis -2)"
# caught_by = ["m3.attention.backward", "m3.multihead.backward", "m3.multihead.gradient"]
# names = "axis|row|queries|keys"
import math

import numpy as np


def scaled_dot_product_attention_backward(dL_doutput, q, k, v, weights):
    dv = np.swapaxes(weights, -1, -2) @ dL_doutput
    dw = dL_doutput @ np.swapaxes(v, -1, -2)
    ds = weights * (dw - (weights * dw).sum(axis=-2, keepdims=True))
    ds /= math.sqrt(q.shape[-1])
    return ds @ k, np.swapaxes(ds, -1, -2) @ q, dv
