# exercise = "m6_language/model.py"
# right = true
# note = "Distances as a bias (ALiBi), post-norm, plain GELU networks, and a head of zeros: the first loss is ln K"
import torch
from torch import nn


class _Block(nn.Module):
    def __init__(self, E, heads, F):
        super().__init__()
        self.heads = heads
        self.qkv, self.o = nn.Linear(E, 3 * E), nn.Linear(E, E)
        self.mlp = nn.Sequential(nn.Linear(E, F), nn.GELU(), nn.Linear(F, E))
        self.n1, self.n2 = nn.LayerNorm(E), nn.LayerNorm(E)

    def forward(self, x):
        T = x.shape[1]
        q, k, v = self.qkv(x).unflatten(-1, (3, self.heads, -1)).unbind(2)
        place = torch.arange(T, device=x.device)
        back = (place[:, None] - place).to(x.dtype)
        slope = 2.0 ** (-8.0 * (torch.arange(self.heads, device=x.device) + 1) / self.heads)
        s = torch.einsum("nthd,nshd->nhts", q, k) / q.shape[-1] ** 0.5
        s = torch.where(back >= 0, s - slope.to(x.dtype)[:, None, None] * back.clamp(min=0), float("-inf"))
        x = self.n1(x + self.o(torch.einsum("nhts,nshd->nthd", s.softmax(-1), v).flatten(2)))
        return self.n2(x + self.mlp(x))


class LanguageModel(nn.Module):
    def __init__(self, vocab_size, d_model=128, num_heads=4, num_layers=4, d_ff=None, max_length=256, dropout=0.0):
        super().__init__()
        self.K = vocab_size
        self.table = nn.Embedding(vocab_size, d_model)
        self.body = nn.ModuleList(_Block(d_model, num_heads, d_ff or 4 * d_model) for _ in range(num_layers))
        self.drop = nn.Dropout(dropout)
        self.head = nn.Linear(d_model, vocab_size)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, tokens):
        if tokens.dim() != 2 or tokens.shape[1] < 1:
            raise ValueError(f"expected (N, T), got {tuple(tokens.shape)}")
        if bool(((tokens < 0) | (tokens >= self.K)).any()):
            raise ValueError(f"expected ids in [0, {self.K}), got {int(tokens.min())} to {int(tokens.max())}")
        x = self.drop(self.table(tokens))
        for block in self.body:
            x = block(x)
        return self.head(x)
