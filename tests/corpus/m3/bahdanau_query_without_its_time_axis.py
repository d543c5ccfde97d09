# exercise = "m3_attention/scores.py"
# mistake = "the query gets no time axis: queries line up with the steps where N == T"
# caught_by = ["m3.bahdanau.forward"]
# names = "axis|broadcast|time"
import numpy as np


def bahdanau_attention(query, keys, values, W_q, W_k, v, mask=None):
    _check_sizes(query, keys, values)
    return _attend(np.tanh(query @ W_q.T + keys @ W_k.T) @ v, values, mask)
