# exercise = "m3_attention/attention.py"
# mistake = "softmax over axis -2, the queries"
# caught_by = ["m3.attention.forward", "m3.attention.mask", "m3.multihead.forward"]
# names = "axis|queries|keys|columns"
import math

import numpy as np


def scaled_dot_product_attention(q, k, v, mask=None):
    _check_shapes(q, k, v)
    s = q @ np.swapaxes(k, -1, -2) / math.sqrt(q.shape[-1])
    if mask is not None:
        s = np.where(mask, s, np.finfo(s.dtype).min)
    w = softmax(s, axis=-2)
    if mask is not None:
        w = w * mask
    return w @ v, w
