# exercise = "m3_attention/attention.py"
# right = true
# note = "Every query by itself in float64; masked keys are left out of the row; the gradient by the full Jacobian"
import numpy as np


def softmax(x, axis=-1):
    moved = np.moveaxis(np.asarray(x), axis, -1)
    shifted = moved - moved.max(-1, keepdims=True)
    return np.moveaxis(np.exp(shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))), -1, axis)


def masked_softmax(scores, mask=None):
    mask = np.broadcast_to(True if mask is None else mask, scores.shape)
    out = np.zeros_like(scores)
    for at in np.ndindex(*scores.shape[:-1]):
        keep = np.flatnonzero(mask[at])
        if keep.size:
            out[at][keep] = softmax(scores[at][keep].astype(np.float64))
    return out


def scaled_dot_product_attention_backward(dL_doutput, q, k, v, weights):
    root = q.dtype.type(np.sqrt(q.shape[-1]))
    dL_dw = np.einsum("...tv,...sv->...ts", dL_doutput, v)
    jacobian = weights[..., None] * (np.eye(weights.shape[-1], dtype=weights.dtype) - weights[..., None, :])
    ds = np.einsum("...ts,...tsr->...tr", dL_dw, jacobian) / root
    dv = np.einsum("...ts,...tv->...sv", weights, dL_doutput)
    return np.einsum("...ts,...sd->...td", ds, k), np.einsum("...ts,...td->...sd", ds, q), dv
