# exercise = "m3_attention/attention.py"
# mistake = "k.T reverses all axes, not the last two"
# caught_by = ["m3.attention.forward"]
# names = "\\.T\\b|all axes|last two|swapaxes|transpos"
import math


def scaled_dot_product_attention(q, k, v, mask=None):
    _check_shapes(q, k, v)
    scores = q @ k.T / math.sqrt(k.shape[-1])
    weights = masked_softmax(scores, mask)
    return weights @ v, weights
