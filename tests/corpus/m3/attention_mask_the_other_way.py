# exercise = "m3_attention/attention.py"
# mistake = "True is taken to hide, PyTorch's key_padding_mask convention"
# caught_by = ["m3.attention.mask"]
# names = "True|invert|opposite|hide|other way|~mask"
import numpy as np


def masked_softmax(scores, mask=None):
    if mask is None:
        return softmax(scores)
    hidden = np.broadcast_to(mask, scores.shape)
    s = scores.copy()
    s[hidden] = np.finfo(s.dtype).min
    return softmax(s) * ~hidden
