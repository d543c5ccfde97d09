# exercise = "m3_attention/attention.py"
# right = true
# note = "one query at a time, backward through an explicit Jacobian"
import math
from typing import NamedTuple

import numpy as np


class Attended(NamedTuple):
    output: np.ndarray
    weights: np.ndarray


def scaled_dot_product_attention(q, k, v, mask=None):
    _check_shapes(q, k, v)
    rows = []
    full = None if mask is None else np.broadcast_to(mask, (*q.shape[:-1], k.shape[-2]))
    for t in range(q.shape[-2]):
        s = (k @ q[..., t, :, None])[..., 0] / math.sqrt(q.shape[-1])
        rows.append(masked_softmax(s, None if full is None else full[..., t, :]))
    w = np.stack(rows, axis=-2) if rows else np.zeros((*q.shape[:-1], k.shape[-2]), q.dtype)
    return Attended(w @ v, w)


def scaled_dot_product_attention_backward(dL_doutput, q, k, v, weights):
    jacobian = weights[..., :, None] * np.eye(weights.shape[-1], dtype=weights.dtype)
    jacobian = jacobian - weights[..., :, None] * weights[..., None, :]
    dw = np.einsum("...te,...se->...ts", dL_doutput, v)
    ds = np.einsum("...tsr,...tr->...ts", jacobian, dw) / math.sqrt(q.shape[-1])
    return (np.einsum("...ts,...sd->...td", ds, k), np.einsum("...ts,...td->...sd", ds, q),
            np.einsum("...ts,...te->...se", weights, dL_doutput))
