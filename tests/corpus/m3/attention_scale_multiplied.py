# exercise = "m3_attention/attention.py"
# mistake = "the scores are multiplied by sqrt(d)"
# caught_by = ["m3.attention.forward", "m3.multihead.forward"]
# names = "multipl|divid|√d|sqrt"
import math

import numpy as np


def scaled_dot_product_attention(q, k, v, mask=None):
    _check_shapes(q, k, v)
    w = masked_softmax(q @ np.swapaxes(k, -1, -2) * math.sqrt(q.shape[-1]), mask)
    return w @ v, w
