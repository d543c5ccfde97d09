# exercise = "m3_attention/scores.py"
# mistake = "scores divided by sqrt(A) as in the scaled dot product"
# caught_by = ["m3.bahdanau.forward"]
# names = "√|sqrt|scal|divid"
import numpy as np


def bahdanau_attention(query, keys, values, W_q, W_k, v, mask=None):
    _check_sizes(query, keys, values)
    e = np.tanh((query @ W_q.T)[:, None, :] + keys @ W_k.T)
    return _attend((e @ v) / np.sqrt(len(v)).astype(e.dtype), values, mask)
