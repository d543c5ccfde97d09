# exercise = "m3_attention/scores.py"
# mistake = "the tanh of the concatenated score is missing"
# caught_by = ["m3.luong.concat"]
# names = "tanh"
import numpy as np


def _concat_scores(query, keys, W, v):
    q = np.repeat(query[:, None, :], keys.shape[1], axis=1)
    return np.concatenate((q, keys), axis=2) @ W.T @ v
