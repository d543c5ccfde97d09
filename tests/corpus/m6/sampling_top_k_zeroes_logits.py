# exercise = "m6_language/sampling.py"
# mistake = "logits outside the top k become 0 instead of −inf"
# caught_by = ["m6.sampling.probabilities", "m6.sampling.agree"]
# names = "inf|0 is a (score|logit)|logits? (of|outside)"
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
    z = (logits - logits.max()) / temperature
    if top_k is not None:
        z[np.argsort(-z, kind='stable')[top_k:]] = 0
    p = softmax(z)
    if top_p is not None:
        order = np.argsort(-p, kind="stable")
        c = np.cumsum(p[order])
        drop = c - p[order] >= top_p
        p[order[drop]] = 0
        p /= p.sum()
    return p
