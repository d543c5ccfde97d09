# exercise = "m3_attention/attention.py"
# mistake = "a fully masked row gets equal weights instead of zeros"
# caught_by = ["m3.attention.mask", "m3.bahdanau.forward", "m3.luong.dot"]
# names = "fully|throughout|uniform|equal|nothing|zeros|no key"
import numpy as np


def masked_softmax(scores, mask=None):
    if mask is not None:
        scores = np.where(mask, scores, scores.dtype.type(-1e30))
    return softmax(scores)
