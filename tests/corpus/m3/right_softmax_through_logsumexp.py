# exercise = "m3_attention/attention.py"
# right = true
# note = "exp(x - logsumexp(x)); masked rows handled by a safe denominator"
import numpy as np


def softmax(x, axis=-1):
    return np.exp(x - np.logaddexp.reduce(x, axis=axis, keepdims=True))


def masked_softmax(scores, mask=None):
    if mask is None:
        return softmax(scores)
    mask = np.broadcast_to(mask, scores.shape)
    top = np.max(np.where(mask, scores, np.finfo(scores.dtype).min), axis=-1, keepdims=True)
    e = np.where(mask, np.exp(np.where(mask, scores, top) - top), 0).astype(scores.dtype)
    total = e.sum(axis=-1, keepdims=True)
    return e / np.where(total == 0, 1, total)
