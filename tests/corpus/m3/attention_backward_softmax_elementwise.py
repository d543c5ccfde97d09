# exercise = "m3_attention/attention.py"
# mistake = "the softmax is differentiated like a sigmoid, w (1 - w)"
# caught_by = ["m3.attention.backward", "m3.multihead.backward", "m3.multihead.gradient"]
# names = "softmax|row|w \\(1|sigmoid|diagonal"
import math

import numpy as np


def scaled_dot_product_attention_backward(dL_doutput, q, k, v, weights):
    dv = np.einsum("...ts,...te->...se", weights, dL_doutput)
    dw = np.einsum("...te,...se->...ts", dL_doutput, v)
    ds = dw * weights * (1 - weights) / math.sqrt(q.shape[-1])
    return ds @ k, np.swapaxes(ds, -1, -2) @ q, dv
