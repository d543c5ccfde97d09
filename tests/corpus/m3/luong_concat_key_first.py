# exercise = "m3_attention/scores.py"
# mistake = "[k; q] is concatenated, not [q; k]"
# caught_by = ["m3.luong.concat"]
# names = "query (comes )?first|order|\\[q; k\\]|\\[k; q\\]|key first|before the query"
import numpy as np


def _concat_scores(query, keys, W, v):
    T = keys.shape[1]
    both = np.concatenate([keys, np.repeat(query[:, None], T, axis=1)], axis=-1)
    return np.tanh(both @ W.T) @ v
