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
        ### BEGIN SOLUTION m6.model.init
        self.qkv = nn.Linear(d_model, 3 * d_model, bias=False)
        self.out = nn.Linear(d_model, d_model, bias=False)
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Tokens (N, T, E) → tokens (N, T, E); each sees itself and those before."""
        N, T, E = x.shape
        # As in parts 3 and 4, with PyTorch.
        ### BEGIN SOLUTION m6.model.forward
        qkv = self.qkv(x).view(N, T, 3, self.num_heads, E // self.num_heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)  # (N, h, T, d) each
        scores = rotate(q) @ rotate(k).transpose(-1, -2) * q.shape[-1] ** -0.5  # (N, h, T, T)
        later = torch.ones(T, T, dtype=torch.bool, device=x.device).triu(1)
        heads = scores.masked_fill(later, -torch.inf).softmax(dim=-1) @ v  # (N, h, T, d)
        return self.out(heads.transpose(1, 2).reshape(N, T, E))
        ### END SOLUTION


def rotate(x: torch.Tensor) -> torch.Tensor:
    """Turn each pair of features by its position's angle: (N, h, T, d) → (N, h, T, d)."""
    T, d = x.shape[-2:]
    # Angles are float32 whatever x is: in bfloat16 the places 256 and 257 would be one.
    ### BEGIN SOLUTION m6.model.forward
    speeds = 10000.0 ** (-torch.arange(0, d, 2, device=x.device) / d)
    angles = torch.arange(T, device=x.device)[:, None] * speeds  # (T, d / 2)
    cos, sin = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
    a, b = x[..., 0::2], x[..., 1::2]
    return torch.stack([a * cos - b * sin, a * sin + b * cos], dim=-1).flatten(-2)
    ### END SOLUTION


class FeedForward(nn.Module):
    """SwiGLU, as in part 5."""

    def __init__(self, d_model: int, d_ff: int) -> None:
        super().__init__()
        # Gate and value can be one nn.Linear; one more goes back to d_model.
        ### BEGIN SOLUTION m6.model.init
        self.gate_up = nn.Linear(d_model, 2 * d_ff, bias=False)
        self.down = nn.Linear(d_ff, d_model, bias=False)
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Tokens (N, T, E) → tokens (N, T, E)."""
        ### BEGIN SOLUTION m6.model.forward
        gate, up = self.gate_up(x).chunk(2, dim=-1)
        return self.down(F.silu(gate) * up)
        ### END SOLUTION


class Block(nn.Module):
    """Attention and network, norm first, each on a residual path."""

    def __init__(self, d_model: int, num_heads: int, d_ff: int, dropout: float) -> None:
        super().__init__()
        # The parts of part 6's DecoderBlock, and a dropout for each step.
        ### BEGIN SOLUTION m6.model.init
        self.norm1, self.norm2 = nn.RMSNorm(d_model), nn.RMSNorm(d_model)
        self.attention = Attention(d_model, num_heads)
        self.feed_forward = FeedForward(d_model, d_ff)
        self.dropout = nn.Dropout(dropout)
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Tokens (N, T, E) → tokens (N, T, E)."""
        ### BEGIN SOLUTION m6.model.forward
        x = x + self.dropout(self.attention(self.norm1(x)))
        return x + self.dropout(self.feed_forward(self.norm2(x)))
        ### END SOLUTION


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
        ### BEGIN SOLUTION m6.model.init
        d_ff = d_ff or -(-8 * d_model // 3 // 32) * 32
        self.embedding = nn.Embedding(vocab_size, d_model)
        self.dropout = nn.Dropout(dropout)
        self.blocks = nn.ModuleList(
            Block(d_model, num_heads, d_ff, dropout) for _ in range(num_layers)
        )
        self.norm = nn.RMSNorm(d_model)
        nn.init.normal_(self.embedding.weight, std=0.02)
        ### END SOLUTION

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
        ### BEGIN SOLUTION m6.model.forward
        x = self.dropout(self.embedding(tokens))  # (N, T, E)
        for block in self.blocks:
            x = block(x)
        return F.linear(self.norm(x), self.embedding.weight)
        ### END SOLUTION
