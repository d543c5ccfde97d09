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
        ### BEGIN SOLUTION m3.classifier.init
        self.qkv = nn.Linear(d_model, 3 * d_model)
        nn.init.normal_(self.qkv.weight, std=d_model**-0.5)  # or every token looks everywhere alike
        self.out = nn.Linear(d_model, d_model)
        self.dropout = nn.Dropout(dropout)
        ### END SOLUTION

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
        ### BEGIN SOLUTION m3.classifier.forward
        qkv = self.qkv(x).view(N, T, 3, self.num_heads, E // self.num_heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)  # (N, h, T, d) each
        scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])  # (N, h, T, T)
        scores = scores.masked_fill(~real[:, None, None, :], torch.finfo(scores.dtype).min)
        heads = self.dropout(scores.softmax(dim=-1)) @ v  # (N, h, T, d)
        return self.out(heads.transpose(1, 2).reshape(N, T, E))
        ### END SOLUTION


class EncoderBlock(nn.Module):
    """Attention and feed-forward network, norm first, each on a residual path."""

    def __init__(self, d_model: int, num_heads: int, d_ff: int, dropout: float) -> None:
        super().__init__()
        # The parts of m3's TransformerEncoderBlock, from torch.nn, and a dropout for each step.
        ### BEGIN SOLUTION m3.classifier.init
        self.norm1 = nn.LayerNorm(d_model)
        self.attention = SelfAttention(d_model, num_heads, dropout)
        self.norm2 = nn.LayerNorm(d_model)
        self.feed_forward = nn.Sequential(
            nn.Linear(d_model, d_ff), nn.ReLU(), nn.Linear(d_ff, d_model)
        )
        self.dropout = nn.Dropout(dropout)
        ### END SOLUTION

    def forward(self, x: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        """Tokens (N, T, E) and which of them are real (N, T) → tokens (N, T, E)."""
        # Norm first, as in part 5.
        ### BEGIN SOLUTION m3.classifier.forward
        x = x + self.dropout(self.attention(self.norm1(x), real))
        return x + self.dropout(self.feed_forward(self.norm2(x)))
        ### END SOLUTION


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
        ### BEGIN SOLUTION m3.classifier.init
        self.embedding = nn.Embedding(vocab_size, d_model, padding_idx=padding_idx)
        self.positions = nn.Embedding(max_length, d_model)
        for table in (self.embedding, self.positions):
            nn.init.normal_(table.weight, std=d_model**-0.5)
        self.dropout = nn.Dropout(dropout)
        self.blocks = nn.ModuleList(
            EncoderBlock(d_model, num_heads, d_ff, dropout) for _ in range(num_layers)
        )
        self.norm = nn.LayerNorm(d_model)
        self.classifier = nn.Linear(d_model, num_classes)
        ### END SOLUTION

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
        ### BEGIN SOLUTION m3.classifier.forward
        real = tokens != self.padding_idx  # (N, T)
        places = torch.arange(tokens.shape[1], device=tokens.device)
        x = self.dropout(self.embedding(tokens) + self.positions(places))  # (N, T, E)
        for block in self.blocks:
            x = block(x, real)
        counted = real.unsqueeze(-1).to(x.dtype)  # (N, T, 1)
        mean = (self.norm(x) * counted).sum(dim=1) / counted.sum(dim=1).clamp(min=1)
        return self.classifier(mean)
        ### END SOLUTION
