# exercise = "m3_attention/attention.py"
# mistake = "1 / sqrt(d) is missing in dq and dk"
# caught_by = ["m3.attention.backward", "m3.multihead.backward", "m3.multihead.gradient"]
# names = "√d|sqrt|scal"
import numpy as np


def scaled_dot_product_attention_backward(dL_doutput, q, k, v, weights):
    T = lambda a: np.swapaxes(a, -1, -2)
    dw = dL_doutput @ T(v)
    ds = weights * (dw - np.sum(weights * dw, axis=-1, keepdims=True))
    return ds @ k, T(ds) @ q, T(weights) @ dL_doutput
