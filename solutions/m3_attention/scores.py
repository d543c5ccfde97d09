"""m3, part 2: how well does a key answer a query? Bahdanau's score and Luong's three.

These came before scaled dot products: one query, the state of a decoder, attends to the T steps
of an encoder. Only the score differs; softmax and weighted mean are those of part 1.

Lesson: exercises/m3_attention/README.md
Grade:  dlf-grade m3 -k "bahdanau or luong"
Write:  about 10 lines.
"""

import numpy as np

from m3_attention.attention import masked_softmax


def bahdanau_attention(
    query: np.ndarray,
    keys: np.ndarray,
    values: np.ndarray,
    W_q: np.ndarray,
    W_k: np.ndarray,
    v: np.ndarray,
    mask: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Score each key with a small network of query and key, and average the values.

    Args:
        query: (N, Dq), one for each sample, float32 or float64.
        keys: (N, T, Dk).
        values: (N, T, Dv).
        W_q: (A, Dq); W_k: (A, Dk); v: (A,), the parameters of the network.
        mask: (N, T) boolean, True = may attend.

    Returns:
        context: (N, Dv), of query's dtype.
        weights: (N, T); a row adds up to 1, or to 0 where its mask is False throughout.

    Example:
        With v = [0] every score is 0: values [[[10], [20]]] give the context [[15]].
    """
    _check_sizes(query, keys, values)
    # Bring query and key to A features each, add them, and apply tanh. The query's features are
    # the same for all T keys: which axis must they get?
    ### BEGIN SOLUTION m3.bahdanau.forward
    features = np.tanh((query @ W_q.T)[:, None] + keys @ W_k.T)  # (N, T, A)
    return _attend(features @ v, values, mask)
    ### END SOLUTION


def luong_attention(
    query: np.ndarray,
    keys: np.ndarray,
    values: np.ndarray,
    score: str = "dot",
    W: np.ndarray | None = None,
    v: np.ndarray | None = None,
    mask: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Score each key in one of Luong's three ways, and average the values.

    Args:
        query: (N, Dq), one for each sample, float32 or float64.
        keys: (N, T, Dk); Dk is Dq for "dot".
        values: (N, T, Dv).
        score: "dot", "general" or "concat".
        W: (Dq, Dk) for "general", (A, Dq + Dk) for "concat".
        v: (A,) for "concat".
        mask: (N, T) boolean, True = may attend.

    Returns:
        context: (N, Dv), of query's dtype.
        weights: (N, T); a row adds up to 1, or to 0 where its mask is False throughout.

    Example:
        query [[0]], keys [[[1], [2]]] and values [[[10], [20]]] with score "dot": both scores
        are 0, weights [[0.5, 0.5]], context [[15]].
    """
    _check_sizes(query, keys, values)
    if score == "dot":
        if query.shape[-1] != keys.shape[-1]:
            raise ValueError(f"dot: expected Dq = Dk, got {query.shape[-1]} and {keys.shape[-1]}")
        return _attend(_dot_scores(query, keys), values, mask)
    if score == "general" and W is not None:
        return _attend(_general_scores(query, keys, W), values, mask)
    if score == "concat" and W is not None and v is not None:
        return _attend(_concat_scores(query, keys, W, v), values, mask)
    raise ValueError(
        f'expected score "dot", "general" with W, or "concat" with W and v, got {score!r}, '
        f"W {'missing' if W is None else W.shape}, v {'missing' if v is None else v.shape}"
    )


def _dot_scores(query: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """The plain product of query and key, no division: (N, Dq), (N, T, Dq) → (N, T)."""
    # For each sample a matrix (T, D) times a vector (D,): matmul needs the vector as a column.
    ### BEGIN SOLUTION m3.luong.dot
    return (keys @ query[:, :, None])[:, :, 0]
    ### END SOLUTION


def _general_scores(query: np.ndarray, keys: np.ndarray, W: np.ndarray) -> np.ndarray:
    """The product of the query with W times each key: (N, Dq), (N, T, Dk) → (N, T)."""
    # W (Dq, Dk) lets query and keys differ in size. It is cheaper to bring the one query to the
    # size of the keys than each of the T keys to the size of the query.
    ### BEGIN SOLUTION m3.luong.general
    return _dot_scores(query @ W, keys)
    ### END SOLUTION


def _concat_scores(query: np.ndarray, keys: np.ndarray, W: np.ndarray, v: np.ndarray) -> np.ndarray:
    """A network's score of query and key side by side: (N, Dq), (N, T, Dk) → (N, T)."""
    # The query comes first. Either repeat it T times and concatenate, or notice that W consists
    # of a part for the query and a part for the key.
    ### BEGIN SOLUTION m3.luong.concat
    W_query, W_key = np.split(W, [query.shape[1]], axis=1)  # (A, Dq), (A, Dk)
    return np.tanh((query @ W_query.T)[:, None] + keys @ W_key.T) @ v
    ### END SOLUTION


def _attend(
    scores: np.ndarray, values: np.ndarray, mask: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """Weights (N, T) from the scores, and the weighted mean of the values (N, Dv)."""
    weights = masked_softmax(scores, mask)
    return (weights[:, None] @ values)[:, 0], weights


def _check_sizes(query: np.ndarray, keys: np.ndarray, values: np.ndarray) -> None:
    if query.ndim != 2 or keys.ndim != 3 or values.ndim != 3:
        raise ValueError(
            f"expected query (N, Dq), keys (N, T, Dk), values (N, T, Dv), "
            f"got {query.shape}, {keys.shape}, {values.shape}"
        )
    if len(query) != len(keys) or keys.shape[:2] != values.shape[:2] or keys.shape[1] == 0:
        raise ValueError(
            f"expected equal N, and at least one step with a key and a value each, "
            f"got {query.shape}, {keys.shape}, {values.shape}"
        )
