# exercise = "m3_attention/attention.py"
# mistake = "-inf for masked scores: a fully masked row is nan"
# caught_by = ["m3.attention.mask", "m3.bahdanau.forward", "m3.luong.dot"]
# names = "nan|fully|throughout|nothing|-inf|no key"
import numpy as np


def masked_softmax(scores, mask=None):
    if mask is not None:
        scores = np.where(mask, scores, -np.inf).astype(scores.dtype)
    with np.errstate(invalid="ignore"):
        e = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)
