"""m3, part 1: softmax and scaled dot-product attention.

Every other file of this milestone stands on this one: a query asks, keys answer, values are what
is handed over. The leading axes (batch, heads) only come along; matmul knows how.

Lesson: exercises/m3_attention/README.md
Grade:  dlf-grade m3 -k "softmax or attention"
Write:  about 20 lines.
"""

import math

import numpy as np


def softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """Turn scores into weights that are positive and add up to 1 along one axis.

    Args:
        x: any shape, float32 or float64, as large as you like.
        axis: the axis along which the weights add up to 1.

    Returns:
        Shape and dtype of x.

    Example:
        [0, 0, 0, 0] becomes [0.25, 0.25, 0.25, 0.25], and so does [9, 9, 9, 9].
    """
    # A number taken off all scores alike changes nothing: which one keeps exp from overflowing?
    # Write into arrays of your own, not into x.
    ### BEGIN SOLUTION m3.softmax.forward
    weights = x - x.max(axis=axis, keepdims=True)
    np.exp(weights, out=weights)
    weights /= weights.sum(axis=axis, keepdims=True)
    return weights
    ### END SOLUTION


def masked_softmax(scores: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
    """Softmax along the last axis over the scores that the mask lets through.

    Args:
        scores: (..., S), float32 or float64.
        mask: boolean, broadcastable to the scores; True = may attend. None lets all through.

    Returns:
        Weights, shape and dtype of scores; zero where the mask is False, all zero where it lets
        nothing through.

    Example:
        Scores [5, 7, 7] with the mask [False, True, True] give [0, 0.5, 0.5].
    """
    if mask is None:
        return softmax(scores)
    # Softmax must not see what is masked, so the scores change before it, not the weights after
    # it. What comes out of softmax if nothing at all is let through?
    ### BEGIN SOLUTION m3.attention.mask
    lowest = np.finfo(scores.dtype).min  # exp of it is 0; -inf would give -inf - (-inf) = nan
    return softmax(np.where(mask, scores, lowest)) * mask
    ### END SOLUTION


def scaled_dot_product_attention(
    q: np.ndarray, k: np.ndarray, v: np.ndarray, mask: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Let every query collect the values whose keys match it.

    Args:
        q: queries, (..., T, d), float32 or float64.
        k: keys, (..., S, d).
        v: values, (..., S, dv).
        mask: boolean, broadcastable to (..., T, S); True = this query may attend to this key.

    Returns:
        output: (..., T, dv), of q's dtype.
        weights: (..., T, S); rows add up to 1, or to 0 where the mask lets nothing through.

    Example:
        With q = [[0]], k = [[1], [2]], v = [[10], [20]] both keys match alike: weights
        [[0.5, 0.5]], output [[15]].
    """
    _check_shapes(q, k, v)
    # Two matrix products with a softmax between them; np.swapaxes(k, -1, -2) transposes the last
    # two axes only. np.sqrt(d) is a float64 that would promote float32: math.sqrt(d) does not.
    ### BEGIN SOLUTION m3.attention.forward
    scores = (q / math.sqrt(q.shape[-1])) @ np.swapaxes(k, -1, -2)  # (..., T, S)
    weights = masked_softmax(scores, mask)
    return weights @ v, weights
    ### END SOLUTION


def scaled_dot_product_attention_backward(
    dL_doutput: np.ndarray, q: np.ndarray, k: np.ndarray, v: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Turn the gradient of the output into those of queries, keys and values.

    Args:
        dL_doutput: (..., T, dv), the gradient of the loss with respect to the output.
        q, k, v: what the forward pass was given.
        weights: what it returned, (..., T, S); zero where it was masked.

    Returns:
        dL_dq (..., T, d), dL_dk (..., S, d), dL_dv (..., S, dv), of q's dtype.

    Example:
        With q = [[0]], k = [[1], [2]], v = [[10], [20]], weights [[0.5, 0.5]] and
        dL_doutput = [[1]]: dL_dq = [[2.5]], dL_dk = [[0], [0]], dL_dv = [[0.5], [0.5]].
    """
    # Walk back: output to weights and v, weights to scores, scores to q and k. A weight feels
    # its whole row of scores: the lesson's section on softmax has the two lines.
    ### BEGIN SOLUTION m3.attention.backward
    dL_dv = np.swapaxes(weights, -1, -2) @ dL_doutput  # (..., S, dv)
    dL_dscores = dL_doutput @ np.swapaxes(v, -1, -2)  # (..., T, S), of the weights so far
    dL_dscores *= weights
    dL_dscores -= weights * dL_dscores.sum(axis=-1, keepdims=True)
    scale = 1 / math.sqrt(q.shape[-1])
    dL_dq = dL_dscores @ (k * scale)
    dL_dk = np.swapaxes(dL_dscores, -1, -2) @ (q * scale)
    return dL_dq, dL_dk, dL_dv
    ### END SOLUTION


def _check_shapes(q: np.ndarray, k: np.ndarray, v: np.ndarray) -> None:
    if min(q.ndim, k.ndim, v.ndim) < 2 or q.shape[-1] != k.shape[-1]:
        raise ValueError(f"expected q (..., T, d) and k (..., S, d), got {q.shape} and {k.shape}")
    if k.shape[:-1] != v.shape[:-1] or q.shape[:-2] != k.shape[:-2]:
        raise ValueError(
            f"expected q (..., T, d), k (..., S, d), v (..., S, dv) with equal leading axes, "
            f"got {q.shape}, {k.shape}, {v.shape}"
        )
    if k.shape[-2] == 0 or q.shape[-1] == 0:
        raise ValueError(f"expected at least one key and one feature, got k of shape {k.shape}")
