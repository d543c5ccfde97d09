# exercise = "m3_attention/attention.py"
# mistake = "dq is returned in k's place and the other way round"
# caught_by = ["m3.attention.backward", "m3.multihead.backward", "m3.multihead.gradient"]
# names = "swap|exchange|order|other's place|dL_dk"
import math

import numpy as np


def scaled_dot_product_attention_backward(dL_doutput, q, k, v, weights):
    r = 1 / math.sqrt(q.shape[-1])
    dw = dL_doutput @ np.swapaxes(v, -1, -2)
    ds = r * weights * (dw - np.einsum("...ts,...ts->...t", weights, dw)[..., None])
    dv = np.swapaxes(weights, -1, -2) @ dL_doutput
    return np.swapaxes(ds, -1, -2) @ q, ds @ k, dv
