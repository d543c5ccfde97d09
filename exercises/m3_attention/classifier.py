"""m3, part 6: a text classifier of encoder blocks, in PyTorch.

Lesson: exercises/m3_attention/README.md
Grade:  dlf-grade m3 -k classifier
Write:  about 40 lines. `torch.nn` is allowed, but not its attention: no nn.Transformer*, no
        nn.MultiheadAttention, no F.scaled_dot_product_attention, however they are reached.
"""

import math

import torch
from torch import nn


class SelfAttention(nn.Module):
    """Multi-head self-attention over the tokens that are not padding.

    Args:
        d_model: E, features of a token.
        num_heads: h; divides d_model.
        dropout: share of the weights that is dropped in training.
    """

    def __init__(self, d_model: int, num_heads: int, dropout: float) -> None:
        super().__init__()
        self.num_heads = num_heads
        # Three projections to E features each can be one nn.Linear. One more mixes the heads.
        # TODO(m3.classifier.init): about 4 lines.
        raise NotImplementedError("m3.classifier.init")

    def forward(self, x: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        """Let every token attend to every real one.

        Args:
            x: (N, T, E), float.
            real: (N, T) bool, False where a token is padding.

        Returns:
            (N, T, E); the rows of padding do not matter.
        """
        N, T, E = x.shape
        # As in parts 1 and 4, with PyTorch. A row of nothing but padding must stay finite.
        # TODO(m3.classifier.forward): about 6 lines.
        raise NotImplementedError("m3.classifier.forward")


class EncoderBlock(nn.Module):
    """Attention and feed-forward network, norm first, each on a residual path."""

    def __init__(self, d_model: int, num_heads: int, d_ff: int, dropout: float) -> None:
        super().__init__()
        # The parts of m3's TransformerEncoderBlock, from torch.nn, and a dropout for each step.
        # TODO(m3.classifier.init): about 7 lines.
        raise NotImplementedError("m3.classifier.init")

    def forward(self, x: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        """Tokens (N, T, E) and which of them are real (N, T) → tokens (N, T, E)."""
        # Norm first, as in part 5.
        # TODO(m3.classifier.forward): about 2 lines.
        raise NotImplementedError("m3.classifier.forward")


class EncoderClassifier(nn.Module):
    """Scores the classes of a text: embeddings, encoder blocks, a mean over tokens, a layer.

    Args:
        vocab_size: how many token ids there are.
        num_classes: how many logits come out.
        d_model: E, features of a token.
        num_heads: heads of each attention.
        d_ff: features inside each feed-forward network.
        num_layers: how many blocks.
        max_length: the longest text.
        padding_idx: the id that fills short texts up.
        dropout: share that is dropped in training.

    Example:
        EncoderClassifier(1000, 4) turns tokens (8, 50) into logits (8, 4); with ten columns of
        padding more they are the same.
    """

    def __init__(
        self,
        vocab_size: int,
        num_classes: int,
        d_model: int = 128,
        num_heads: int = 4,
        d_ff: int = 256,
        num_layers: int = 2,
        max_length: int = 256,
        padding_idx: int = 0,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        self.padding_idx = padding_idx
        self.max_length = max_length
        # Tokens and positions each have a table of vectors. parameters() does not find blocks in a
        # plain list: use an nn.ModuleList.
        # TODO(m3.classifier.init): about 10 lines.
        raise NotImplementedError("m3.classifier.init")

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Score every class for every text.

        Args:
            tokens: ids, (N, T) int64, T at most max_length; padding_idx where a text has ended.

        Returns:
            Logits, (N, num_classes), without softmax.
        """
        if tokens.ndim != 2 or not 1 <= tokens.shape[1] <= self.max_length:
            wanted = f"tokens of shape (N, T) with T from 1 to {self.max_length}"
            raise ValueError(f"expected {wanted}, got {tuple(tokens.shape)}")
        # No token may attend to padding, and the mean must leave it out. A text of nothing but
        # padding must not divide by zero.
        # TODO(m3.classifier.forward): about 8 lines.
        raise NotImplementedError("m3.classifier.forward")
