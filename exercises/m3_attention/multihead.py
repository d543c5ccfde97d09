"""m3, part 4: multi-head self-attention.

One softmax mostly picks one key. Heads are several small attentions side by side, each with its
own view of the tokens. The last product mixes their results.

Lesson: exercises/m3_attention/README.md
Grade:  dlf-grade m3 -k multihead
Write:  about 25 lines.
"""

import numpy as np

from m3_attention.attention import (
    scaled_dot_product_attention,
    scaled_dot_product_attention_backward,
)


class MultiHeadAttention:
    """Self-attention in `num_heads` subspaces of d_model / num_heads features each.

    Args:
        d_model: E, features of a token.
        num_heads: h; divides d_model.
        rng: source of the initial weights.

    Attributes:
        W_q, W_k, W_v, W_o: (E, E), stored (out, in). With d = E / h, the first d features of a
            projection belong to head 0. The next d belong to head 1, and so on.
        b_q, b_k, b_v, b_o: (E,).
        weights: (N, h, T, T), the weights of each head in the latest `forward`.
        dL_dW_q, dL_db_q, ...: their gradients, set by `backward`.
    """

    def __init__(
        self, d_model: int, num_heads: int, *, rng: np.random.Generator | None = None
    ) -> None:
        if num_heads < 1 or d_model % num_heads:
            raise ValueError(f"expected num_heads to divide {d_model}, got {num_heads}")
        self.d_model = d_model
        self.num_heads = num_heads
        rng = rng or np.random.default_rng()
        scale = 1 / np.sqrt(d_model)  # a projection of unit variance has unit variance
        self.W_q, self.W_k, self.W_v, self.W_o = rng.normal(0.0, scale, (4, d_model, d_model))
        self.b_q, self.b_k, self.b_v, self.b_o = np.zeros((4, d_model))

    def _split(self, x: np.ndarray) -> np.ndarray:
        """Give each head its features: (N, T, E) → (N, h, T, d)."""
        # A reshape may only split an axis in two. Then the new axis moves.
        # TODO(m3.multihead.heads): about 2 lines.
        raise NotImplementedError("m3.multihead.heads")

    def _merge(self, heads: np.ndarray) -> np.ndarray:
        """Put the heads side by side again: (N, h, T, d) → (N, T, E)."""
        # The way back, in the opposite order.
        # TODO(m3.multihead.heads): about 2 lines.
        raise NotImplementedError("m3.multihead.heads")

    def forward(self, x: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
        """Let every token attend to every token that the mask allows, once in each head.

        Args:
            x: (N, T, E), float32 or float64.
            mask: boolean, broadcastable to (N, h, T, T), [n, head, query, key]; True = may attend.

        Returns:
            y: (N, T, E), of x's dtype.

        Example:
            A single token (T = 1) can only look at itself: all weights are 1, and y is
            (x W_vᵀ + b_v) W_oᵀ + b_o.
        """
        self._check_input(x)
        W_q, W_k, W_v, W_o = (
            W.astype(x.dtype, copy=False) for W in (self.W_q, self.W_k, self.W_v, self.W_o)
        )
        b_q, b_k, b_v, b_o = (
            b.astype(x.dtype, copy=False) for b in (self.b_q, self.b_k, self.b_v, self.b_o)
        )
        # Project, split into heads, attend, merge, project. Keep what `backward` needs.
        # TODO(m3.multihead.forward): about 8 lines.
        raise NotImplementedError("m3.multihead.forward")

    def backward(self, dL_dy: np.ndarray) -> np.ndarray:
        """Turn the gradient of y into those of all parameters (stored) and x (returned).

        Args:
            dL_dy: (N, T, E), the gradient of the loss with respect to y.

        Returns:
            dL_dx: (N, T, E), of x's dtype.

        Example:
            One token and one feature, W_v = [[2]], W_o = [[3]]: with dL_dy = [[[1]]],
            dL_dx = [[[6]]], and dL_dW_q = [[0]], for a single weight is 1 whatever the score.
        """
        # Every step of `forward` backwards; x was used three times, so three gradients add up.
        # A projection is m0's Linear with rows (N, T) instead of (N,): _linear_backward is given.
        # TODO(m3.multihead.backward): about 9 lines.
        raise NotImplementedError("m3.multihead.backward")

    def _check_input(self, x: np.ndarray) -> None:
        if x.ndim != 3 or x.shape[2] != self.d_model or x.shape[1] == 0:
            raise ValueError(
                f"expected x of shape (N, T, {self.d_model}) with T at least 1, got {x.shape}"
            )
        if x.dtype.kind != "f":
            raise ValueError(f"expected floating-point x, got {x.dtype}: use x.astype(np.float32)")


def _linear_backward(
    dL_dy: np.ndarray, x: np.ndarray, W: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gradients of x (..., in), W (out, in) and b (out,) for y = x Wᵀ + b, as in m0."""
    rows, inputs = dL_dy.reshape(-1, dL_dy.shape[-1]), x.reshape(-1, x.shape[-1])
    return dL_dy @ W, rows.T @ inputs, rows.sum(axis=0)
