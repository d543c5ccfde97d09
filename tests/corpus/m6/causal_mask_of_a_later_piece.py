# exercise = "m6_language/causal.py"
# mistake = "np.tril(ones(T, S)) without the offset: a later piece sees only the first keys"
# caught_by = ["m6.cache.forward"]
# names = "piece|place"
import numpy as np


def _hide_later(scores, before):
    T, S = scores.shape[-2:]
    scores[..., ~np.tril(np.ones((T, S), bool))] = -np.inf
