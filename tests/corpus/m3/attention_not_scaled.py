# exercise = "m3_attention/attention.py"
# mistake = "the division by sqrt(d) is missing"
# caught_by = ["m3.attention.forward", "m3.multihead.forward"]
# names = "√d|sqrt|scal"
import numpy as np


def scaled_dot_product_attention(q, k, v, mask=None):
    _check_shapes(q, k, v)
    scores = np.einsum("...td,...sd->...ts", q, k)
    w = masked_softmax(scores, mask)
    return np.einsum("...ts,...se->...te", w, v), w
