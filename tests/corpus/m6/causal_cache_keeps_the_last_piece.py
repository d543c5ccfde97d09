# exercise = "m6_language/causal.py"
# mistake = "the cache is overwritten by each piece"
# caught_by = ["m6.cache.forward"]
# names = "overwr|lost|last piece|earlier|before it|keeps|forg"
import numpy as np


class KVCache:
    def __init__(self):
        self.length, self.owner = 0, None
        self.k = self.v = np.empty(0)

    def extend(self, k, v):
        old_k, old_v = (self.k, self.v) if self.length else (k[:, :, :0], v[:, :, :0])
        both = np.concatenate([old_k, k], axis=2), np.concatenate([old_v, v], axis=2)
        self.k, self.v = k, v
        self.length += k.shape[2]
        return both


def _hide_later(scores, before):
    T, S = scores.shape[-2:]
    scores[..., np.arange(S) > S - T + np.arange(T)[:, None]] = -np.inf
