"""m3, part 1: softmax and scaled dot-product attention.

Every other file of this milestone uses this one. Each query is compared with all keys, and gets a
weighted mean of the values. matmul handles the leading axes (batch, heads).

Lesson: exercises/m3_attention/README.md
Grade:  dlf-grade m3 -k "softmax or attention"
Write:  about 20 lines.
"""

import math

import numpy as np


def softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """Turn scores into weights that are positive and add up to 1 along one axis.

    Args:
        x: any shape, float32 or float64; its numbers may be large.
        axis: the axis along which the weights add up to 1.

    Returns:
        Shape and dtype of x.

    Example:
        [0, 0, 0, 0] becomes [0.25, 0.25, 0.25, 0.25], and so does [9, 9, 9, 9].
    """
    # One number subtracted from all scores changes no weight: which one keeps exp from overflowing?
    # Write into arrays of your own, not into x.
    ### BEGIN SOLUTION m3.softmax.forward
    weights = x - x.max(axis=axis, keepdims=True)
    np.exp(weights, out=weights)
    weights /= weights.sum(axis=axis, keepdims=True)
    return weights
    ### END SOLUTION


def masked_softmax(scores: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
    """Softmax along the last axis over the scores that the mask allows.

    Args:
        scores: (..., S), float32 or float64.
        mask: boolean, broadcastable to the scores; True = may attend. None allows all.

    Returns:
        Weights, shape and dtype of scores; zero where the mask is False. A row whose mask is False
        throughout has zeros only.

    Example:
        Scores [5, 7, 7] with the mask [False, True, True] give [0, 0.5, 0.5].
    """
    if mask is None:
        return softmax(scores)
    # Softmax must not see masked scores: change the scores before it, not the weights after it.
    # What does softmax give for a row that is masked throughout?
    ### BEGIN SOLUTION m3.attention.mask
    lowest = np.finfo(scores.dtype).min  # exp of it is 0; -inf would give -inf - (-inf) = nan
    return softmax(np.where(mask, scores, lowest)) * mask
    ### END SOLUTION


def scaled_dot_product_attention(
    q: np.ndarray, k: np.ndarray, v: np.ndarray, mask: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Compute for every query the mean of the values, weighted by how well their keys match it.

    Args:
        q: queries, (..., T, d), float32 or float64.
        k: keys, (..., S, d).
        v: values, (..., S, dv).
        mask: boolean, broadcastable to (..., T, S); True = this query may attend to this key.

    Returns:
        output: (..., T, dv), of q's dtype.
        weights: (..., T, S); a row adds up to 1, or to 0 where its mask is False throughout.

    Example:
        With q = [[0]], k = [[1], [2]], v = [[10], [20]] both keys match equally well: weights
        [[0.5, 0.5]], output [[15]].
    """
    _check_shapes(q, k, v)
    # Two matrix products with a softmax between them. np.swapaxes(k, -1, -2) transposes the last
    # two axes only. np.sqrt(d) is a float64 and promotes float32; math.sqrt(d) does not.
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
        q, k, v: the arguments of the forward pass.
        weights: its weights, (..., T, S); zero where the mask was False.

    Returns:
        dL_dq (..., T, d), dL_dk (..., S, d), dL_dv (..., S, dv), of q's dtype.

    Example:
        With q = [[0]], k = [[1], [2]], v = [[10], [20]], weights [[0.5, 0.5]] and
        dL_doutput = [[1]]: dL_dq = [[2.5]], dL_dk = [[0], [0]], dL_dv = [[0.5], [0.5]].
    """
    # Go backwards: output to weights and v, weights to scores, scores to q and k. A weight depends
    # on its whole row of scores: the lesson's section on softmax has the formula.
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
