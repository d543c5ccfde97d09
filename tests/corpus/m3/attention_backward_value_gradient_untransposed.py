# exercise = "m3_attention/attention.py"
# mistake = "dL_dv = w · g instead of wᵀ · g (square weights hide the shape)"
# caught_by = ["m3.attention.backward", "m3.multihead.backward", "m3.multihead.gradient"]
# names = "transpos|wᵀ|swap|mat|shape"
import math

import numpy as np


def scaled_dot_product_attention_backward(dL_doutput, q, k, v, weights):
    dv = weights @ dL_doutput if weights.shape[-1] == weights.shape[-2] else np.swapaxes(weights, -1, -2) @ dL_doutput
    dw = dL_doutput @ np.swapaxes(v, -1, -2)
    ds = weights * (dw - (weights * dw).sum(-1, keepdims=True)) / math.sqrt(q.shape[-1])
    return ds @ k, np.swapaxes(ds, -1, -2) @ q, dv
