# exercise = "m3_attention/attention.py"
# mistake = "the weights are set to zero after the softmax and not renormalised"
# caught_by = ["m3.attention.mask", "m3.bahdanau.forward", "m3.luong.dot"]
# names = "after|before|renormal|add up to"
import numpy as np


def masked_softmax(scores, mask=None):
    w = softmax(scores)
    if mask is None:
        return w
    return np.where(mask, w, 0).astype(scores.dtype)
