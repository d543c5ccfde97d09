# exercise = "m3_attention/attention.py"
# mistake = "1000 is subtracted from hidden scores: not enough where scores are thousands apart"
# caught_by = ["m3.attention.mask", "m3.bahdanau.forward", "m3.luong.dot"]
# names = "large|enough|1e9|finite|far|thousand|hidden|still"
import numpy as np


def masked_softmax(scores, mask=None):
    if mask is None:
        return softmax(scores)
    mask = np.broadcast_to(mask, scores.shape)
    w = softmax(scores - (1000 * ~mask).astype(scores.dtype))
    return w * mask.any(axis=-1, keepdims=True)
