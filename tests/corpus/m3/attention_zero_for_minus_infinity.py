# exercise = "m3_attention/attention.py"
# mistake = "hidden scores are set to 0 before the softmax: they still get weight"
# caught_by = ["m3.attention.mask", "m3.bahdanau.forward", "m3.luong.dot"]
# names = "\\b0\\b|zero|lowest|-inf|−inf|exp\\(0\\)"
import numpy as np


def masked_softmax(scores, mask=None):
    if mask is None:
        return softmax(scores)
    w = softmax(scores * mask)
    return w * np.broadcast_to(mask, w.shape).any(axis=-1, keepdims=True)
