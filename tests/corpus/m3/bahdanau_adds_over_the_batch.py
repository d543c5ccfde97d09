# exercise = "m3_attention/scores.py"
# mistake = "the query is tiled where it should be repeated: keys of one text meet the queries of others"
# caught_by = ["m3.bahdanau.forward"]
# names = "repeat|tile|query|other (text|row|sample)"
import numpy as np


def bahdanau_attention(query, keys, values, W_q, W_k, v, mask=None):
    _check_sizes(query, keys, values)
    N, T, _ = keys.shape
    q = np.tile(query @ W_q.T, (T, 1)).reshape(N, T, -1)
    scores = np.tanh(q + keys @ W_k.T) @ v
    return _attend(scores, values, mask)
