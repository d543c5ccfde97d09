# exercise = "m6_language/causal.py"
# mistake = "keys and values are lists on the class, so that all caches are one"
# caught_by = ["m6.cache.forward"]
# names = "share|another cache|two caches|other cache|class"
import numpy as np


class KVCache:
    keys, values = {}, {}

    def __init__(self):
        self.owner, self.length, self.k, self.v = None, 0, np.empty(0), np.empty(0)

    def extend(self, k, v):
        slot = (k.shape[0], k.shape[1], k.shape[3], k.dtype)
        self.keys.setdefault(slot, []).append(k)
        self.values.setdefault(slot, []).append(v)
        self.k = np.concatenate(self.keys[slot], axis=2)
        self.v = np.concatenate(self.values[slot], axis=2)
        self.length = self.k.shape[2]
        return self.k, self.v


def _hide_later(scores, before):
    T, S = scores.shape[-2:]
    scores[..., np.arange(S) > S - T + np.arange(T)[:, None]] = -np.inf
