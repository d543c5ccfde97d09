# exercise = "m3_attention/scores.py"
# right = true
# note = "einsum and one dispatch table"
import numpy as np

from m3_attention.attention import scaled_dot_product_attention  # noqa: F401  imported, never used


def _weigh(s, values, mask):
    mask = np.ones(s.shape, bool) if mask is None else np.broadcast_to(mask, s.shape)
    out = np.zeros_like(s)
    for n in range(len(s)):
        chosen = s[n][mask[n]]
        if chosen.size:
            e = np.exp(chosen - chosen.max())
            out[n, mask[n]] = e / e.sum()
    return np.einsum("nt,ntd->nd", out, values), out


def bahdanau_attention(query, keys, values, W_q, W_k, v, mask=None):
    _check_sizes(query, keys, values)
    u = np.einsum("aq,nq->na", W_q, query)[:, None] + np.einsum("ak,ntk->nta", W_k, keys)
    return _weigh(np.einsum("a,nta->nt", v, np.tanh(u)), values, mask)


def luong_attention(query, keys, values, score="dot", W=None, v=None, mask=None):
    _check_sizes(query, keys, values)
    kinds = {
        "dot": lambda: np.einsum("nd,ntd->nt", query, keys),
        "general": lambda: np.einsum("nq,qk,ntk->nt", query, W, keys),
        "concat": lambda: np.tanh(np.concatenate(
            [np.repeat(query[:, None], keys.shape[1], 1), keys], -1) @ W.T) @ v,
    }
    if score not in kinds:
        raise ValueError(f"expected one of {sorted(kinds)}, got {score!r}")
    return _weigh(kinds[score](), values, mask)
