"""m6, part 4: causal self-attention with rotary positions, shared key heads, and a cache.

A token attends to itself and to earlier tokens. Those do not change when a token is added, so
their keys and values can be kept: a cache gives the same numbers as the whole text would.

Lesson: exercises/m6_language/README.md
Grade:  dlf-grade m6 -k "causal or cache"
Write:  about 40 lines.
"""

import numpy as np

from m6_language.rotary import rotary_angles, rotate, rotate_backward


class KVCache:
    """Keys and values of the tokens so far, for one attention layer and one batch.

    Attributes:
        length: how many tokens it holds.
    """

    def __init__(self) -> None:
        self.length = 0
        self.owner: CausalSelfAttention | None = None
        self.k = self.v = np.empty(0)

    def extend(self, k: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Add the keys and values of new tokens.

        Args:
            k, v: (N, kv, T, d), the new ones.

        Returns:
            Both of all S tokens so far, (N, kv, S, d).
        """
        # The first call has nothing to add to.
        ### BEGIN SOLUTION m6.cache.forward
        if self.length:
            k, v = np.concatenate([self.k, k], axis=2), np.concatenate([self.v, v], axis=2)
        self.k, self.v, self.length = k, v, k.shape[2]
        return k, v
        ### END SOLUTION


class CausalSelfAttention:
    """Self-attention in which no token sees a later one.

    Args:
        d_model: E, features of a token.
        num_heads: h, heads of the queries; d = E / h features each, an even number.
        num_kv_heads: kv, heads of keys and values; divides num_heads; None for h. Query head i
            reads key head i // (h / kv).
        rng: source of the initial weights.

    Attributes:
        W_q, W_o: (E, E); W_k, W_v: (kv d, E), stored (out, in). There are no biases.
        dL_dW_q, ...: their gradients, set by `backward`.
    """

    def __init__(
        self,
        d_model: int,
        num_heads: int,
        num_kv_heads: int | None = None,
        *,
        rng: np.random.Generator | None = None,
    ) -> None:
        kv_heads = num_heads if num_kv_heads is None else num_kv_heads
        if num_heads < 1 or d_model % num_heads or d_model // num_heads % 2:
            wanted = f"num_heads to divide {d_model} into heads of even width"
            raise ValueError(f"expected {wanted}, got {num_heads}")
        if kv_heads < 1 or num_heads % kv_heads:
            raise ValueError(f"expected num_kv_heads to divide {num_heads}, got {kv_heads}")
        self.d_model = d_model
        self.num_heads = num_heads
        self.num_kv_heads = kv_heads
        self.d = d_model // num_heads
        rng = rng or np.random.default_rng()
        scale = d_model**-0.5  # a projection of unit variance has unit variance
        self.W_q, self.W_o = rng.normal(0.0, scale, (2, d_model, d_model))
        self.W_k, self.W_v = rng.normal(0.0, scale, (2, kv_heads * self.d, d_model))
        self.saved: tuple[np.ndarray, ...] | None = None

    def forward(self, x: np.ndarray, cache: KVCache | None = None) -> np.ndarray:
        """Let every token attend to itself and to those before it.

        Args:
            x: (N, T, E), float32 or float64.
            cache: keys and values of the tokens before x, this layer's own; extended. Positions go
                on where it ends.

        Returns:
            y: (N, T, E), of x's dtype.

        Example:
            The first token can only look at itself: y at t = 0 is W_o W_v x with kv = h.
        """
        self._check(x, cache)
        N, T, _ = x.shape
        h, kv, d = self.num_heads, self.num_kv_heads, self.d
        W_q, W_k, W_v, W_o = (
            W.astype(x.dtype, copy=False) for W in (self.W_q, self.W_k, self.W_v, self.W_o)
        )
        # Project, split into heads, rotate queries and keys. The h / kv query heads that read one
        # key head can be stacked along T: (N, h, T, d) and (N, kv, h / kv · T, d) hold the same.
        ### BEGIN SOLUTION m6.causal.forward
        before = 0 if cache is None else cache.length
        angles = rotary_angles(before + T, d)[before:]
        q = rotate(_split(x @ W_q.T, h), angles).reshape(N, kv, h // kv * T, d)
        k = rotate(_split(x @ W_k.T, kv), angles)
        v = _split(x @ W_v.T, kv)
        if cache is not None:
            k, v = cache.extend(k, v)
        scores = q @ k.swapaxes(-1, -2) * np.asarray(d**-0.5, x.dtype)  # (N, kv, h / kv · T, S)
        _hide_later(scores.reshape(N, h, T, -1), before)
        weights = _softmax(scores)
        merged = _merge((weights @ v).reshape(N, h, T, d))  # (N, T, E)
        self.saved = (
            None if cache is not None else (x, q, k, v, weights, merged, W_q, W_k, W_v, W_o)
        )
        return merged @ W_o.T
        ### END SOLUTION

    def backward(self, dL_dy: np.ndarray) -> np.ndarray:
        """Turn the gradient of y into those of the weights (stored) and x (returned).

        Args:
            dL_dy: (N, T, E), the gradient of the loss with respect to y.

        Returns:
            dL_dx: (N, T, E), of x's dtype.

        Example:
            A single token: its weight is 1 whatever the score, so dL_dW_q and dL_dW_k are zero.
        """
        if self.saved is None:
            raise ValueError("expected a forward without a cache before backward, got none")
        # Every step of `forward` backwards. Stacked heads share their keys and values: one product
        # over the stack adds up what each of them sends back.
        ### BEGIN SOLUTION m6.causal.backward
        x, q, k, v, weights, merged, W_q, W_k, W_v, W_o = self.saved
        N, T, _ = x.shape
        h, d = self.num_heads, self.d
        dL_dy = dL_dy.astype(x.dtype, copy=False)
        dL_dheads = _split(dL_dy @ W_o, h).reshape(q.shape)
        dL_dv = weights.swapaxes(-1, -2) @ dL_dheads
        dL_dscores = _softmax_backward(dL_dheads @ v.swapaxes(-1, -2), weights)
        dL_dscores *= np.asarray(d**-0.5, x.dtype)
        angles = rotary_angles(T, d)
        dL_dq = rotate_backward((dL_dscores @ k).reshape(N, h, T, d), angles)
        dL_dk = rotate_backward(dL_dscores.swapaxes(-1, -2) @ q, angles)
        self.dL_dW_o = _rows(dL_dy).T @ _rows(merged)
        through = list[np.ndarray]()
        for name, gradient, W in (("q", dL_dq, W_q), ("k", dL_dk, W_k), ("v", dL_dv, W_v)):
            merged_gradient = _merge(gradient)
            setattr(self, f"dL_dW_{name}", _rows(merged_gradient).T @ _rows(x))
            through.append(merged_gradient @ W)
        return sum(through[1:], through[0])
        ### END SOLUTION

    def _check(self, x: np.ndarray, cache: KVCache | None) -> None:
        if x.ndim != 3 or x.shape[2] != self.d_model or x.size == 0:
            raise ValueError(
                f"expected x of shape (N, T, {self.d_model}), not empty, got {x.shape}"
            )
        if x.dtype.kind != "f":
            raise ValueError(f"expected floating-point x, got {x.dtype}: use x.astype(np.float32)")
        if cache is None:
            return
        if cache.owner not in (None, self):
            raise ValueError(
                "expected a cache of this layer's own, got one that another layer used"
            )
        if cache.length and len(cache.k) != len(x):
            raise ValueError(f"expected N = {len(cache.k)} as in the cache, got {len(x)}")
        cache.owner = self


def _split(x: np.ndarray, heads: int) -> np.ndarray:
    """(N, T, heads · d) → (N, heads, T, d)."""
    N, T, E = x.shape
    return x.reshape(N, T, heads, E // heads).transpose(0, 2, 1, 3)


def _merge(heads: np.ndarray) -> np.ndarray:
    """(N, heads, T, d) → (N, T, heads · d)."""
    N, h, T, d = heads.shape
    return heads.transpose(0, 2, 1, 3).reshape(N, T, h * d)


def _rows(x: np.ndarray) -> np.ndarray:
    return x.reshape(-1, x.shape[-1])


def _hide_later(scores: np.ndarray, before: int) -> None:
    """Set the scores (..., T, S) of keys after each query's own place to −inf."""
    # Query t has the place before + t.
    ### BEGIN SOLUTION m6.causal.forward
    T, S = scores.shape[-2:]
    scores[..., np.arange(S) > before + np.arange(T)[:, None]] = -np.inf
    ### END SOLUTION


def _softmax(scores: np.ndarray) -> np.ndarray:
    """Softmax over the last axis, in place; every row has a score that is finite."""
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=-1, keepdims=True)
    return scores


def _softmax_backward(dL_dweights: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The gradient of the scores, written over that of the weights."""
    dL_dweights -= (dL_dweights * weights).sum(axis=-1, keepdims=True)
    dL_dweights *= weights
    return dL_dweights
