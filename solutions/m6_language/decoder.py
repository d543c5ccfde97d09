"""m6, part 6: the decoder block.

The parts so far, each on a residual path with a norm before it. Many such blocks, an embedding
below and a projection above are a language model.

Lesson: exercises/m6_language/README.md
Grade:  dlf-grade m6 -k decoder
Write:  about 8 lines.
"""

import numpy as np

from m6_language.causal import CausalSelfAttention, KVCache
from m6_language.rmsnorm import RMSNorm
from m6_language.swiglu import SwiGLU


class DecoderBlock:
    """Causal self-attention and a gated network, norm first, each on a residual path.

    Args:
        d_model: E, features of a token.
        num_heads: heads of the attention.
        d_ff: features inside the network.
        num_kv_heads: heads of keys and values; None for as many as there are heads.
        rng: source of the initial weights.

    Attributes:
        attention: CausalSelfAttention; norm1: RMSNorm, the attention's.
        feed_forward: SwiGLU; norm2: RMSNorm, the network's.
    """

    def __init__(
        self,
        d_model: int,
        num_heads: int,
        d_ff: int,
        num_kv_heads: int | None = None,
        *,
        rng: np.random.Generator | None = None,
    ) -> None:
        rng = rng or np.random.default_rng()
        self.norm1 = RMSNorm(d_model)
        self.attention = CausalSelfAttention(d_model, num_heads, num_kv_heads, rng=rng)
        self.norm2 = RMSNorm(d_model)
        self.feed_forward = SwiGLU(d_model, d_ff, rng=rng)

    def forward(self, x: np.ndarray, cache: KVCache | None = None) -> np.ndarray:
        """Pass tokens through the block.

        Args:
            x: (N, T, E), float32 or float64.
            cache: keys and values of the tokens before, the block's own; extended.

        Returns:
            y: (N, T, E), of x's dtype.

        Example:
            With W_o and W_down zero, y is x: both branches give 0.
        """
        # Normalise what goes into a branch, and add its result to what was there.
        ### BEGIN SOLUTION m6.decoder.forward
        x = x + self.attention.forward(self.norm1.forward(x), cache)
        return x + self.feed_forward.forward(self.norm2.forward(x))
        ### END SOLUTION

    def backward(self, dL_dy: np.ndarray) -> np.ndarray:
        """Turn the gradient of y into those of every part's parameters and of x (returned).

        Args:
            dL_dy: (N, T, E), the gradient of the loss with respect to y.

        Returns:
            dL_dx: (N, T, E), of x's dtype.

        Example:
            With W_o and W_down zero, dL_dx is dL_dy.
        """
        # Two forks, from the last to the first. The gradient of each branch is added.
        ### BEGIN SOLUTION m6.decoder.backward
        through = self.norm2.backward(self.feed_forward.backward(dL_dy))
        dL_dmiddle = dL_dy.astype(through.dtype, copy=False) + through
        return dL_dmiddle + self.norm1.backward(self.attention.backward(dL_dmiddle))
        ### END SOLUTION
