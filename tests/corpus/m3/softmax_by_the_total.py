# exercise = "m3_attention/attention.py"
# mistake = "divides by the sum of everything, not of each row"
# caught_by = ["m3.softmax.forward", "m3.attention.forward"]
# names = "row|axis|whole|all (the )?(elements|numbers)|each"
import numpy as np


def softmax(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum()
