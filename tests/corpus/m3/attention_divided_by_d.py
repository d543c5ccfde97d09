# exercise = "m3_attention/attention.py"
# mistake = "divided by d instead of its root"
# caught_by = ["m3.attention.forward", "m3.multihead.forward"]
# names = "root|√|sqrt|by d\\b"
import numpy as np


def scaled_dot_product_attention(q, k, v, mask=None):
    _check_shapes(q, k, v)
    scores = (q @ np.swapaxes(k, -2, -1)) / q.shape[-1]
    w = masked_softmax(scores, mask)
    return w @ v, w
