"""m6 against libraries on one processor thread: the decoder block, a token with a cache, and byte pairs."""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np
import torch
from dlf_reference.data.hub import read
from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers
from torch import nn
from torch.nn import functional as F

from benchmarks.figure import Figure, in_turn
from benchmarks.kernels import Pair, solution

ROUNDS = 20
BATCH, LENGTH, FEATURES, HEADS, KEY_HEADS, INSIDE = 8, 128, 256, 8, 2, 683
CACHED = 512
VOCABULARY = 4096
PIECES = r" ?\w+| ?[^\w\s]+|\s+"


def measure() -> Iterator[Figure]:
    """Each ratio; those of byte pairs where AG News is."""
    torch.set_num_threads(1)
    yield Figure("decoder block N=8 T=128 E=256 h=8 kv=2", *in_turn(*_block(), ROUNDS), 1.4)
    yield Figure("a token with 512 cached, against all 512", *in_turn(*_cached(), ROUNDS), 1 / 60)
    if folder := os.environ.get("DLF_DATA"):
        yield from _byte_pairs(folder)


class _Block(nn.Module):
    """The same block of PyTorch's parts."""

    def __init__(self) -> None:
        super().__init__()
        d = FEATURES // HEADS
        self.norm1, self.norm2 = nn.RMSNorm(FEATURES), nn.RMSNorm(FEATURES)
        self.qkv = nn.Linear(FEATURES, (HEADS + 2 * KEY_HEADS) * d, bias=False)
        self.out = nn.Linear(FEATURES, FEATURES, bias=False)
        self.gate, self.up = (nn.Linear(FEATURES, INSIDE, bias=False) for _ in range(2))
        self.down = nn.Linear(INSIDE, FEATURES, bias=False)
        angles = torch.arange(LENGTH)[:, None] * 10000.0 ** (-torch.arange(0, d, 2) / d)
        self.cos, self.sin = angles.cos(), angles.sin()  # (T, d / 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        heads = self.qkv(self.norm1(x)).unflatten(2, (HEADS + 2 * KEY_HEADS, -1)).transpose(1, 2)  # (N, h, T, d)
        q, k, v = heads.split((HEADS, KEY_HEADS, KEY_HEADS), dim=1)
        seen = F.scaled_dot_product_attention(self._turned(q), self._turned(k), v, is_causal=True, enable_gqa=True)
        x = x + self.out(seen.transpose(1, 2).flatten(2))
        normed = self.norm2(x)
        found: torch.Tensor = x + self.down(F.silu(self.gate(normed)) * self.up(normed))
        return found

    def _turned(self, x: torch.Tensor) -> torch.Tensor:
        a, b = x[..., 0::2], x[..., 1::2]
        return torch.stack((a * self.cos - b * self.sin, a * self.sin + b * self.cos), dim=-1).flatten(-2)


def _drawn(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).standard_normal(shape, dtype=np.float32)


def _ours() -> object:
    rng = np.random.default_rng(0)
    return solution("m6_language.decoder").DecoderBlock(FEATURES, HEADS, INSIDE, KEY_HEADS, rng=rng)


def _block() -> Pair:
    block, theirs = _ours(), _Block()
    x, upstream = _drawn(BATCH, LENGTH, FEATURES), _drawn(BATCH, LENGTH, FEATURES)
    leaf = torch.from_numpy(x.copy()).requires_grad_()
    leaves = [leaf, *theirs.parameters()]

    def both() -> None:
        block.forward(x)
        block.backward(upstream)

    return both, lambda: torch.autograd.grad(theirs(leaf), leaves, torch.from_numpy(upstream))


def _cached() -> Pair:
    block, cache = _ours(), solution("m6_language.causal").KVCache()
    x, token = _drawn(1, CACHED, FEATURES), _drawn(1, 1, FEATURES)
    block.forward(x, cache)
    kept = cache.k, cache.v

    def one() -> None:
        cache.k, cache.v, cache.length = *kept, CACHED
        block.forward(token, cache)

    return one, lambda: block.forward(x)


def _byte_pairs(folder: str) -> Iterator[Figure]:
    os.environ |= {"TOKENIZERS_PARALLELISM": "false", "RAYON_NUM_THREADS": "1"}  # read when they are first needed
    (texts,), (tests,) = (read("ag_news", folder, split, ["text"]) for split in ("train", "test"))
    bpe, merges, trained = solution("m6_language.bpe"), list[tuple[bytes, bytes]](), list[Tokenizer]()

    def train() -> None:
        merges[:] = bpe.train_bpe(texts, VOCABULARY)

    def theirs() -> None:
        tokenizer = Tokenizer(models.BPE())
        split = pre_tokenizers.Split(Regex(PIECES), "isolated")
        bytes_of = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, bytes_of])
        alphabet = pre_tokenizers.ByteLevel.alphabet()
        trainer = trainers.BpeTrainer(vocab_size=VOCABULARY, initial_alphabet=alphabet, show_progress=False)
        tokenizer.train_from_iterator(texts, trainer)
        trained.append(tokenizer)

    times = in_turn(train, theirs, 1)
    yield Figure("train_bpe to 4,096 on AG News, against tokenizers", *times, 12.0)

    def encode() -> None:
        tokeniser = bpe.BPETokeniser(merges)
        for text in tests:
            tokeniser.encode(text)

    def encode_theirs() -> None:
        for text in tests:
            trained[-1].encode(text)

    yield Figure("encode AG News' test texts, against tokenizers", *in_turn(encode, encode_theirs, 2), 10.0)
