# exercise = "m3_attention/scores.py"
# mistake = "the plain dot product is divided by sqrt(D)"
# caught_by = ["m3.luong.dot", "m3.luong.general"]
# names = "√|sqrt|scal|divi|plain"
import math


def _dot_scores(query, keys):
    return (keys * query[:, None]).sum(-1) / math.sqrt(keys.shape[-1])
