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
        # TODO(m6.cache.forward): about 4 lines.
        raise NotImplementedError("m6.cache.forward")


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
        # TODO(m6.causal.forward): about 15 lines.
        raise NotImplementedError("m6.causal.forward")

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
        # TODO(m6.causal.backward): about 18 lines.
        raise NotImplementedError("m6.causal.backward")

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
    # TODO(m6.causal.forward): about 2 lines.
    raise NotImplementedError("m6.causal.forward")


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
