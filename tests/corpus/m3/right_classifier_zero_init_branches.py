# exercise = "m3_attention/classifier.py"
# right = true
# note = "GELU, sinusoids, zero-initialised output projections, attention-weighted pooling, a head of two layers"
import math

import torch
from torch import nn


class Layer(nn.Module):
    def __init__(self, d, h, ff, p):
        super().__init__()
        self.h = h
        self.ln = nn.ModuleDict({"a": nn.LayerNorm(d), "f": nn.LayerNorm(d)})
        self.q, self.kv = nn.Linear(d, d, bias=False), nn.Linear(d, 2 * d, bias=False)
        self.o = nn.Linear(d, d)
        self.ff = nn.Sequential(nn.Linear(d, ff), nn.GELU(), nn.Dropout(p), nn.Linear(ff, d))
        for last in (self.o, self.ff[-1]):
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)

    def forward(self, x, pad):
        n, t, d = x.shape
        y = self.ln["a"](x)
        q = self.q(y).unflatten(-1, (self.h, -1))
        k, v = (part.unflatten(-1, (self.h, -1)) for part in self.kv(y).chunk(2, -1))
        s = torch.einsum("nqhd,nkhd->nhqk", q, k) * q.shape[-1] ** -0.5
        s = s.masked_fill(pad[:, None, None, :], -1e9)
        y = torch.einsum("nhqk,nkhd->nqhd", s.softmax(-1), v).flatten(2)
        x = x + self.o(y)
        return x + self.ff(self.ln["f"](x))


class EncoderClassifier(nn.Module):
    def __init__(self, vocab_size, num_classes, d_model=128, num_heads=4, d_ff=256, num_layers=2, max_length=256,
                 padding_idx=0, dropout=0.1):
        super().__init__()
        self.pad, self.limit = padding_idx, max_length
        self.tokens = nn.Embedding(vocab_size, d_model, padding_idx=padding_idx)
        half = torch.arange(0, d_model, 2)
        angle = torch.arange(max_length)[:, None] * torch.exp(-math.log(1e4) * half / d_model)
        self.register_buffer("where", torch.stack([angle.sin(), angle.cos()], -1).flatten(1)[:, :d_model])
        self.layers = nn.ModuleList([Layer(d_model, num_heads, d_ff, dropout) for _ in range(num_layers)])
        self.drop = nn.Dropout(dropout)
        self.score = nn.Linear(d_model, 1)
        self.head = nn.Sequential(nn.LayerNorm(d_model), nn.Linear(d_model, d_model), nn.GELU(),
                                  nn.Linear(d_model, num_classes))

    def forward(self, tokens):
        if tokens.ndim != 2 or tokens.shape[1] == 0 or tokens.shape[1] > self.limit:
            raise ValueError(f"expected (N, T), T from 1 to {self.limit}, got {tuple(tokens.shape)}")
        pad = tokens == self.pad
        x = self.drop(self.tokens(tokens) + self.where[: tokens.shape[1]])
        for layer in self.layers:
            x = layer(x, pad)
        w = self.score(x).squeeze(-1).masked_fill(pad, -1e9).softmax(-1).masked_fill(pad, 0)
        return self.head(torch.einsum("nt,ntd->nd", w, x))
