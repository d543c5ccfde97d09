"""Usual parts, made to stand in a learner's network in place of theirs: the same inputs, outputs of the same shape."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn


def ours_for(part: nn.Module, given: tuple[Any, ...], made: Any, *, causal: bool) -> nn.Module | None:
    """A part of ours that does what a module of this kind is for; None where we have none.

    Args:
        given: to its forward.
        made: what that returned.
        causal: attention must not look at later tokens.
    """
    if isinstance(part, nn.RNNBase):
        options: dict[str, Any] = {"batch_first": part.batch_first, "bidirectional": part.bidirectional}
        return type(part)(part.input_size, part.hidden_size, part.num_layers, **options)  # type: ignore[arg-type]
    if isinstance(part, nn.Embedding):
        table = nn.Embedding(part.num_embeddings, part.embedding_dim, padding_idx=part.padding_idx)
        nn.init.normal_(table.weight, std=part.embedding_dim**-0.5)  # it may be the last layer too
        return table
    x = given[0] if given else None
    if not isinstance(x, torch.Tensor) or not isinstance(made, torch.Tensor) or not x.is_floating_point():
        return None
    if isinstance(part, nn.Conv2d):
        sizes: dict[str, Any] = {"stride": part.stride, "padding": part.padding}
        return nn.Conv2d(part.in_channels, part.out_channels, part.kernel_size, **sizes)  # type: ignore[arg-type]
    if isinstance(part, nn.Linear):
        return nn.Linear(part.in_features, part.out_features)
    if not any(True for _ in part.parameters()):
        return None
    return _of_its_name(type(part).__name__.lower(), part, x, made, causal)


def _of_its_name(name: str, part: nn.Module, x: torch.Tensor, made: torch.Tensor, causal: bool) -> nn.Module | None:
    if "norm" in name and made.shape == x.shape:
        return nn.BatchNorm2d(x.shape[1]) if x.ndim == 4 else nn.LayerNorm(x.shape[-1])
    if x.ndim == made.ndim == 3 and x.shape[:2] == made.shape[:2]:
        if x.shape != made.shape:
            return nn.Linear(x.shape[2], made.shape[2])
        if "attention" in name:
            return Attention(x.shape[2], _heads(part, x.shape[2]), causal)
        if any(isinstance(each, nn.Module) and "attention" in type(each).__name__.lower() for each in part.modules()):
            return Block(x.shape[2], _heads(part, x.shape[2]), causal)
        return _feed_forward(x.shape[2])
    if x.ndim == made.ndim == 4:
        convolution = nn.Conv2d(x.shape[1], made.shape[1], 3, padding=1)
        size = made.shape[2], made.shape[3]
        return nn.Sequential(convolution, nn.BatchNorm2d(made.shape[1]), nn.ReLU(), nn.AdaptiveMaxPool2d(size))
    if made.ndim == 2 and len(x) == len(made):
        return nn.Sequential(nn.Flatten(), nn.Linear(x[0].numel(), made.shape[1]))
    return None


def words_for(ours: nn.Module) -> str:
    """What a part of ours is called."""
    if isinstance(ours, nn.Sequential):
        return ", ".join(type(part).__name__ for part in ours)
    own = type(ours).__module__ == __name__
    return f"{type(ours).__name__.lower()} of ours" if own else f"a new {type(ours).__name__}"


def _heads(part: nn.Module, width: int) -> int:
    """As many as the learner's part says it has, or else four."""
    said = [getattr(module, "num_heads", None) for module in part.modules()]
    found = next((number for number in said if isinstance(number, int) and number > 0), 4)
    return found if width % found == 0 else 1


def _feed_forward(width: int) -> nn.Module:
    return nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))


class Attention(nn.Module):
    """Self-attention over the real tokens; if it is causal, over those up to each, with rotary positions."""

    def __init__(self, width: int, heads: int, causal: bool) -> None:
        super().__init__()
        self.heads, self.causal = heads, causal
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        nn.init.normal_(self.qkv.weight, std=width**-0.5)

    def forward(self, x: torch.Tensor, real: torch.Tensor | None = None, *rest: Any) -> torch.Tensor:
        N, T, E = x.shape
        q, k, v = self.qkv(x).view(N, T, 3, self.heads, E // self.heads).permute(2, 0, 3, 1, 4)
        if self.causal:
            q, k = _turned(q), _turned(k)
            seen = torch.ones(T, T, dtype=torch.bool).tril()
        elif real is not None and real.dtype == torch.bool and real.shape == (N, T):
            seen = real[:, None, None, :] | ~real.any(dim=1)[:, None, None, None]
        else:
            seen = torch.ones(T, T, dtype=torch.bool)
        scores = (q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5).masked_fill(~seen, -torch.inf)
        heads = scores.softmax(dim=-1) @ v  # by hand: where attention is to be written, PyTorch's own is refused
        made: torch.Tensor = self.out(heads.transpose(1, 2).reshape(N, T, E))
        return made


class Block(nn.Module):
    """Attention and a network of two layers, norm first, each on a residual path."""

    def __init__(self, width: int, heads: int, causal: bool) -> None:
        super().__init__()
        self.attention, self.feed_forward = Attention(width, heads, causal), _feed_forward(width)
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)

    def forward(self, x: torch.Tensor, *rest: Any) -> torch.Tensor:
        x = x + self.attention(self.norm1(x), *rest)
        made: torch.Tensor = x + self.feed_forward(self.norm2(x))
        return made


def _turned(x: torch.Tensor) -> torch.Tensor:
    """Rotary positions, if the features come in pairs."""
    T, d = x.shape[-2:]
    if d % 2:
        return x
    angles = torch.arange(T)[:, None] * 10000.0 ** (-torch.arange(0, d, 2) / d)
    a, b = x[..., 0::2], x[..., 1::2]
    return torch.stack([a * angles.cos() - b * angles.sin(), a * angles.sin() + b * angles.cos()], dim=-1).flatten(-2)
