"""m3, part 5: positions, the feed-forward network, and the Transformer's encoder block.

Attention mixes tokens; the feed-forward network works on each by itself. Residual paths and
layer normalisation let many such blocks be stacked. Positions distinguish the tokens.

Lesson: exercises/m3_attention/README.md
Grade:  dlf-grade m3 -k "positions or feed_forward or block"
Write:  about 35 lines.
"""

import numpy as np

from m3_attention.layernorm import LayerNorm
from m3_attention.multihead import MultiHeadAttention


def sinusoidal_positions(length: int, d_model: int) -> np.ndarray:
    """Give every position a vector of its own, made of waves of different lengths.

    Args:
        length: T, how many positions, counted from 0.
        d_model: E, how many features, even or odd.

    Returns:
        (T, E) float64 between -1 and 1.

    Example:
        Position 0 is [0, 1, 0, 1, ...], for sine and cosine of 0 are 0 and 1.
    """
    # Columns 2i and 2i + 1 share a wave: sine first, then cosine. If E is odd, the last wave has
    # no column for its cosine.
    ### BEGIN SOLUTION m3.positions.forward
    frequency = 10000.0 ** (-np.arange(0, d_model, 2) / d_model)  # (ceil(E / 2),)
    angle = np.arange(length)[:, None] * frequency
    positions = np.empty((length, d_model))
    positions[:, 0::2] = np.sin(angle)
    positions[:, 1::2] = np.cos(angle)[:, : d_model // 2]
    return positions
    ### END SOLUTION


class FeedForward:
    """Linear, ReLU, linear: the same small network for every token.

    Args:
        d_model: E, features that come in and go out.
        d_ff: F, features between.
        rng: source of the initial weights.

    Attributes:
        W1: (F, E), b1: (F,), W2: (E, F), b2: (E,).
        dL_dW1, dL_db1, dL_dW2, dL_db2: their gradients, set by `backward`.
    """

    def __init__(self, d_model: int, d_ff: int, *, rng: np.random.Generator | None = None) -> None:
        self.d_model = d_model
        self.d_ff = d_ff
        rng = rng or np.random.default_rng()
        self.W1 = rng.normal(0.0, np.sqrt(2.0 / d_model), (d_ff, d_model))
        self.b1 = np.zeros(d_ff)
        self.W2 = rng.normal(0.0, np.sqrt(2.0 / d_ff), (d_model, d_ff))
        self.b2 = np.zeros(d_model)

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Pass every token through the network.

        Args:
            x: (..., E), float32 or float64.

        Returns:
            y: (..., E), of x's dtype.

        Example:
            W1 = [[1], [-1]], W2 = [[1, 1]] and no bias: [[[-3]]] gives [[[3]]], the size of x.
        """
        if x.ndim < 1 or x.shape[-1] != self.d_model:
            raise ValueError(f"expected x of shape (..., {self.d_model}), got {x.shape}")
        if x.dtype.kind != "f":
            raise ValueError(f"expected floating-point x, got {x.dtype}: use x.astype(np.float32)")
        # Two of m0's Linear with a ReLU between; matmul takes any number of leading axes.
        ### BEGIN SOLUTION m3.feed_forward.forward
        W1, W2 = (W.astype(x.dtype, copy=False) for W in (self.W1, self.W2))
        hidden = np.maximum(x @ W1.T + self.b1.astype(x.dtype), 0)  # (..., F)
        self.cache = x, hidden, W1, W2
        return hidden @ W2.T + self.b2.astype(x.dtype)
        ### END SOLUTION

    def backward(self, dL_dy: np.ndarray) -> np.ndarray:
        """Turn the gradient of y into those of the parameters (stored) and x (returned).

        Args:
            dL_dy: (..., E), the gradient of the loss with respect to y.

        Returns:
            dL_dx: shape and dtype of x.

        Example:
            W1 = [[1], [-1]], W2 = [[1, 1]], x = [[[-3]]] and dL_dy = [[[1]]]: dL_dx = [[[-1]]].
        """
        # Weights are shared by all tokens of all samples: flatten the leading axes into one
        # before you transpose. The gradient passes the ReLU where its output is positive.
        ### BEGIN SOLUTION m3.feed_forward.backward
        x, hidden, W1, W2 = self.cache
        rows = dL_dy.astype(x.dtype, copy=False).reshape(-1, self.d_model)  # (N T, E)
        hidden_rows = hidden.reshape(len(rows), -1)  # (N T, F)
        self.dL_dW2, self.dL_db2 = rows.T @ hidden_rows, rows.sum(axis=0)
        dL_dhidden = (rows @ W2) * (hidden_rows > 0)
        self.dL_dW1 = dL_dhidden.T @ x.reshape(len(rows), -1)
        self.dL_db1 = dL_dhidden.sum(axis=0)
        return (dL_dhidden @ W1).reshape(x.shape)
        ### END SOLUTION


class TransformerEncoderBlock:
    """Self-attention and a feed-forward network, each on a residual path with a LayerNorm.

    Args:
        d_model: E, features of a token.
        num_heads: heads of the attention.
        d_ff: features inside the feed-forward network.
        norm_first: False, as first published: normalise each sum. True: normalise the inputs of
            attention and feed-forward, and leave the residual path as it is.
        rng: source of the initial weights.

    Attributes:
        attention: MultiHeadAttention; norm1: LayerNorm, the attention's.
        feed_forward: FeedForward; norm2: LayerNorm, the feed-forward network's.
    """

    def __init__(
        self,
        d_model: int,
        num_heads: int,
        d_ff: int,
        norm_first: bool = False,
        *,
        rng: np.random.Generator | None = None,
    ) -> None:
        self.norm_first = norm_first
        rng = rng or np.random.default_rng()
        self.attention = MultiHeadAttention(d_model, num_heads, rng=rng)
        self.norm1 = LayerNorm(d_model)
        self.feed_forward = FeedForward(d_model, d_ff, rng=rng)
        self.norm2 = LayerNorm(d_model)

    def forward(self, x: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
        """Pass tokens through the block.

        Args:
            x: (N, T, E), float32 or float64.
            mask: boolean, broadcastable to (N, h, T, T), True = may attend.

        Returns:
            y: (N, T, E), of x's dtype.

        Example:
            With norm_first and all of W_o, b_o, W2, b2 zero, y is x: both branches give 0.
        """
        # Two steps, alike except for their layer. Write the order of norm, layer and sum for both
        # values of norm_first; the lesson draws them.
        ### BEGIN SOLUTION m3.block.forward
        if self.norm_first:
            x = x + self.attention.forward(self.norm1.forward(x), mask)
            return x + self.feed_forward.forward(self.norm2.forward(x))
        x = self.norm1.forward(x + self.attention.forward(x, mask))
        return self.norm2.forward(x + self.feed_forward.forward(x))
        ### END SOLUTION

    def backward(self, dL_dy: np.ndarray) -> np.ndarray:
        """Turn the gradient of y into those of every part's parameters and of x (returned).

        Args:
            dL_dy: (N, T, E), the gradient of the loss with respect to y.

        Returns:
            dL_dx: (N, T, E), of x's dtype.

        Example:
            With norm_first and all of W_o, b_o, W2, b2 zero, dL_dx is dL_dy.
        """
        # A sum gives its gradient to both of its terms. Where paths fork in `forward`, gradients
        # add up. Each part's own `backward` does the rest.
        ### BEGIN SOLUTION m3.block.backward
        if self.norm_first:
            through = self.feed_forward.backward(dL_dy)
            dL_dy = dL_dy + self.norm2.backward(through)
            through = self.attention.backward(dL_dy)
            return (dL_dy + self.norm1.backward(through)).astype(through.dtype, copy=False)
        dL_dsum = self.norm2.backward(dL_dy)
        dL_dsum = self.norm1.backward(dL_dsum + self.feed_forward.backward(dL_dsum))
        return dL_dsum + self.attention.backward(dL_dsum)
        ### END SOLUTION
