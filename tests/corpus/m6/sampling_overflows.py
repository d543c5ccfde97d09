# exercise = "m6_language/sampling.py"
# mistake = "exp of the logits without a shift"
# caught_by = ["m6.sampling.probabilities", "m6.sampling.agree"]
# misnames = "logits \\+ logits"
# names = "overflow|shift|maximum|large"
import numpy as np


def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum()


def token_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    _check(logits, temperature, top_k, top_p)
    logits = np.asarray(logits, dtype=np.float64)
    if temperature == 0:
        p = np.zeros(len(logits))
        p[logits.argmax()] = 1.0
        return p
    e = np.exp(logits / temperature)
    p = e / e.sum()
    if top_k is not None:
        p[np.argsort(-p, kind='stable')[top_k:]] = 0
        p /= p.sum()
    if top_p is not None:
        order = np.argsort(-p, kind="stable")
        c = np.cumsum(p[order])
        drop = c - p[order] >= top_p
        p[order[drop]] = 0
        p /= p.sum()
    return p
