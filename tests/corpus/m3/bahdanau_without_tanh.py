# exercise = "m3_attention/scores.py"
# mistake = "the tanh is missing"
# caught_by = ["m3.bahdanau.forward"]
# names = "tanh"
import numpy as np


def bahdanau_attention(query, keys, values, W_q, W_k, v, mask=None):
    _check_sizes(query, keys, values)
    hidden = np.einsum("nq,aq->na", query, W_q)[:, None] + np.einsum("ntk,ak->nta", keys, W_k)
    return _attend(np.einsum("nta,a->nt", hidden, v), values, mask)
