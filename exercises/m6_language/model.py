"""m6, part 8: a small language model, in PyTorch.

Lesson: exercises/m6_language/README.md
Grade:  dlf-grade m6 -k model
Write:  about 45 lines. `torch.nn` is allowed, but not its attention: no nn.Transformer*, no
        nn.MultiheadAttention, no scaled_dot_product_attention, however they are reached.
"""

import torch
from torch import nn
from torch.nn import functional as F


class Attention(nn.Module):
    """Causal self-attention with rotary positions.

    Args:
        d_model: E, features of a token.
        num_heads: h; E / h is even.
    """

    def __init__(self, d_model: int, num_heads: int) -> None:
        super().__init__()
        if num_heads < 1 or d_model % num_heads or d_model // num_heads % 2:
            wanted = f"num_heads to divide {d_model} into heads of even width"
            raise ValueError(f"expected {wanted}, got {num_heads}")
        self.num_heads = num_heads
        # Three projections to E features each can be one nn.Linear. One more mixes the heads.
        # TODO(m6.model.init): about 2 lines.
        raise NotImplementedError("m6.model.init")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Tokens (N, T, E) → tokens (N, T, E); each sees itself and those before."""
        N, T, E = x.shape
        # As in parts 3 and 4, with PyTorch.
        # TODO(m6.model.forward): about 6 lines.
        raise NotImplementedError("m6.model.forward")


def rotate(x: torch.Tensor) -> torch.Tensor:
    """Turn each pair of features by its position's angle: (N, h, T, d) → (N, h, T, d)."""
    T, d = x.shape[-2:]
    # Angles are float32 whatever x is: in bfloat16 the places 256 and 257 would be one.
    # TODO(m6.model.forward): about 5 lines.
    raise NotImplementedError("m6.model.forward")


class FeedForward(nn.Module):
    """SwiGLU, as in part 5."""

    def __init__(self, d_model: int, d_ff: int) -> None:
        super().__init__()
        # Gate and value can be one nn.Linear; one more goes back to d_model.
        # TODO(m6.model.init): about 2 lines.
        raise NotImplementedError("m6.model.init")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Tokens (N, T, E) → tokens (N, T, E)."""
        # TODO(m6.model.forward): about 2 lines.
        raise NotImplementedError("m6.model.forward")


class Block(nn.Module):
    """Attention and network, norm first, each on a residual path."""

    def __init__(self, d_model: int, num_heads: int, d_ff: int, dropout: float) -> None:
        super().__init__()
        # The parts of part 6's DecoderBlock, and a dropout for each step.
        # TODO(m6.model.init): about 4 lines.
        raise NotImplementedError("m6.model.init")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Tokens (N, T, E) → tokens (N, T, E)."""
        # TODO(m6.model.forward): about 2 lines.
        raise NotImplementedError("m6.model.forward")


class LanguageModel(nn.Module):
    """Scores what comes next, at every place of a text.

    Args:
        vocab_size: K, how many token ids there are.
        d_model: E, features of a token.
        num_heads: heads of each attention.
        num_layers: how many blocks.
        d_ff: features inside each network; None for about 8/3 E.
        max_length: the texts that it will be trained on; longer ones are allowed.
        dropout: share that is dropped in training.

    Example:
        LanguageModel(1000) turns tokens (8, 50) into logits (8, 50, 1000). Those at place t are
        about the token at t + 1.
    """

    def __init__(
        self,
        vocab_size: int,
        d_model: int = 128,
        num_heads: int = 4,
        num_layers: int = 4,
        d_ff: int | None = None,
        max_length: int = 256,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.vocab_size = vocab_size
        self.max_length = max_length
        # Small weights at first: logits near zero make a first loss near ln K. The table of token
        # vectors can serve as the last projection, too.
        # TODO(m6.model.init): about 8 lines.
        raise NotImplementedError("m6.model.init")

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Score every token as the next one, at every place.

        Args:
            tokens: ids in [0, K), (N, T) int64, T at least 1.

        Returns:
            Logits, (N, T, K), without softmax.
        """
        if tokens.ndim != 2 or tokens.shape[1] == 0:
            raise ValueError(
                f"expected tokens of shape (N, T) with T at least 1, got {tuple(tokens.shape)}"
            )
        if tokens.numel() and not 0 <= int(tokens.min()) <= int(tokens.max()) < self.vocab_size:
            got = f"{int(tokens.min())} to {int(tokens.max())}"
            raise ValueError(f"expected ids in [0, {self.vocab_size}), got {got}")
        # Look up, pass through the blocks, normalise, and compare with every token's vector.
        # TODO(m6.model.forward): about 4 lines.
        raise NotImplementedError("m6.model.forward")
