# exercise = "m3_attention/scores.py"
# mistake = "the context is the weighted mean of the keys, not of the values"
# caught_by = ["m3.luong.dot", "m3.luong.general", "m3.luong.concat"]
# names = "values|keys"
import numpy as np


def luong_attention(query, keys, values, score="dot", W=None, v=None, mask=None):
    _check_sizes(query, keys, values)
    if score == "dot":
        if query.shape[-1] != keys.shape[-1]:
            raise ValueError(f"Dq {query.shape[-1]} != Dk {keys.shape[-1]}")
        s = np.einsum("nd,ntd->nt", query, keys)
    elif score == "general" and W is not None:
        s = np.einsum("nq,qk,ntk->nt", query, W, keys)
    elif score == "concat" and W is not None and v is not None:
        both = np.concatenate([np.broadcast_to(query[:, None], (*keys.shape[:2], query.shape[1])), keys], -1)
        s = np.tanh(both @ W.T) @ v
    else:
        raise ValueError(f"unknown score {score!r}")
    weights = masked_softmax(s, mask)
    return np.einsum("nt,ntd->nd", weights, keys), weights
