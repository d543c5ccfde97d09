# exercise = "m3_attention/classifier.py"
# right = true
# note = "queries, keys and values have a Linear with a bias each: the keys' bias shifts all scores of a query alike, so softmax ignores it"
import math

import torch
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    def __init__(self, d, h, ff, p):
        super().__init__()
        self.h, self.dk = h, d // h
        self.q, self.k, self.v, self.o = (nn.Linear(d, d) for _ in range(4))
        self.n1, self.n2 = nn.LayerNorm(d), nn.LayerNorm(d)
        self.f1, self.f2 = nn.Linear(d, ff), nn.Linear(ff, d)
        self.p = nn.Dropout(p)

    def forward(self, x, pad):
        n, t, d = x.shape
        q, k, v = (m(x).view(n, t, self.h, self.dk).transpose(1, 2) for m in (self.q, self.k, self.v))
        s = torch.matmul(q, k.transpose(2, 3)) / math.sqrt(self.dk)
        a = F.softmax(s.masked_fill(pad[:, None, None], -1e9), dim=-1)
        y = torch.matmul(self.p(a), v).transpose(1, 2).contiguous().view(n, t, d)
        x = self.n1(x + self.p(self.o(y)))
        return self.n2(x + self.p(self.f2(F.relu(self.f1(x)))))


class EncoderClassifier(nn.Module):
    def __init__(self, vocab_size, num_classes, d_model=128, num_heads=4, d_ff=256, num_layers=2, max_length=256,
                 padding_idx=0, dropout=0.1):
        super().__init__()
        self.pad, self.max_length = padding_idx, max_length
        self.emb = nn.Embedding(vocab_size, d_model, padding_idx=padding_idx)
        self.pos = nn.Parameter(torch.randn(max_length, d_model) * 0.02)
        self.blocks = nn.ModuleList([Block(d_model, num_heads, d_ff, dropout) for _ in range(num_layers)])
        self.out = nn.Linear(d_model, num_classes)

    def forward(self, tokens):
        if tokens.ndim != 2 or tokens.shape[1] < 1 or tokens.shape[1] > self.max_length:
            raise ValueError(f"expected (N, T), T in 1..{self.max_length}, got {tuple(tokens.shape)}")
        pad = tokens == self.pad
        x = self.emb(tokens) + self.pos[: tokens.shape[1]]
        for b in self.blocks:
            x = b(x, pad)
        keep = (~pad).float().unsqueeze(-1)
        return self.out((x * keep).sum(1) / keep.sum(1).clamp(min=1))
