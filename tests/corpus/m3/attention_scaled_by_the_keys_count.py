# exercise = "m3_attention/attention.py"
# mistake = "sqrt of k.shape[-2], the number of keys, instead of d"
# caught_by = ["m3.attention.forward", "m3.multihead.forward"]
# names = "number of keys|\\bS\\b|√|sqrt|length|features"
import math

import numpy as np


def scaled_dot_product_attention(q, k, v, mask=None):
    _check_shapes(q, k, v)
    scale = 1.0 / math.sqrt(k.shape[-2])
    att = masked_softmax(np.matmul(q, k.swapaxes(-1, -2)) * scale, mask)
    return np.matmul(att, v), att
