# exercise = "m6_language/sampling.py"
# mistake = "with top_p the result stays in sorted order"
# caught_by = ["m6.sampling.probabilities", "m6.sampling.agree"]
# names = "sort|order|back to|places"
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
    p = softmax((logits - logits.max()) / temperature)
    if top_k is not None:
        p[np.argsort(-p, kind='stable')[top_k:]] = 0
        p /= p.sum()
    if top_p is not None:
        q = np.sort(p)[::-1].copy()
        q[np.cumsum(q) - q >= top_p] = 0
        return q / q.sum()
    return p
