# exercise = "m3_attention/classifier.py"
# right = true
# note = "a learnt class token in front, ReZero branches, parameters in a ParameterList"
import torch
from torch import nn


class EncoderClassifier(nn.Module):
    def __init__(self, vocab_size, num_classes, d_model=128, num_heads=4, d_ff=256, num_layers=2, max_length=256,
                 padding_idx=0, dropout=0.1):
        super().__init__()
        self.pad, self.heads, self.limit = padding_idx, num_heads, max_length
        self.emb = nn.Embedding(vocab_size, d_model, padding_idx=padding_idx)
        self.cls = nn.Parameter(torch.randn(1, 1, d_model) * 0.1)
        self.pos = nn.Parameter(torch.randn(max_length, d_model) * 0.1)
        self.att = nn.ModuleList(nn.Linear(d_model, 3 * d_model) for _ in range(num_layers))
        self.mix = nn.ModuleList(nn.Linear(d_model, d_model) for _ in range(num_layers))
        self.ff = nn.ModuleList(
            nn.Sequential(nn.Linear(d_model, d_ff), nn.ReLU(), nn.Linear(d_ff, d_model)) for _ in range(num_layers))
        self.gates = nn.ParameterList(nn.Parameter(torch.zeros(2)) for _ in range(num_layers))
        self.drop, self.out = nn.Dropout(dropout), nn.Linear(d_model, num_classes)

    def forward(self, tokens):
        if tokens.ndim != 2 or not 1 <= tokens.shape[1] <= self.limit:
            raise ValueError(f"expected (N, T), T from 1 to {self.limit}, got {tuple(tokens.shape)}")
        x = self.emb(tokens) + self.pos[: tokens.shape[1]]
        x = self.drop(torch.cat([self.cls.expand(len(x), 1, -1), x], 1))
        hidden = torch.cat([torch.zeros_like(tokens[:, :1], dtype=torch.bool), tokens == self.pad], 1)
        for qkv, mix, ff, gate in zip(self.att, self.mix, self.ff, self.gates):
            q, k, v = (p.unflatten(-1, (self.heads, -1)).transpose(1, 2) for p in qkv(x).chunk(3, -1))
            s = (q @ k.mT / q.shape[-1] ** 0.5).masked_fill(hidden[:, None, None], float("-inf"))
            x = x + gate[0] * self.drop(mix((s.softmax(-1) @ v).transpose(1, 2).flatten(2)))
            x = x + gate[1] * self.drop(ff(x))
        seen = (x * ~hidden.unsqueeze(-1)).sum(1) / (~hidden).sum(1, keepdim=True)
        return self.out(torch.tanh(x[:, 0] + seen))
