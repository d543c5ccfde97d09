# exercise = "m3_attention/classifier.py"
# right = true
# note = "only a class token, which blocks alone connect with the text, is classified"
import torch
import torch.nn.functional as F
from torch import nn
class EncoderClassifier(nn.Module):
    def __init__(self, vocab_size, num_classes, d_model=128, num_heads=4, d_ff=256, num_layers=2, max_length=256, padding_idx=0, dropout=0.1):
        super().__init__()
        self.pad, self.h, self.max_length = padding_idx, num_heads, max_length
        self.tok = nn.Embedding(vocab_size, d_model)
        self.pos = nn.Parameter(torch.randn(max_length + 1, d_model) * 0.1)
        self.cls = nn.Parameter(torch.randn(1, 1, d_model) * 0.1)
        self.qkvo = nn.ParameterList(nn.Parameter(torch.randn(4, num_heads, d_model, d_model // num_heads) * d_model**-0.5) for _ in range(num_layers))
        self.ff = nn.ModuleList(nn.Sequential(nn.LayerNorm(d_model), nn.Linear(d_model, d_ff), nn.SiLU(), nn.Dropout(dropout), nn.Linear(d_ff, d_model)) for _ in range(num_layers))
        self.norms = nn.ModuleList(nn.LayerNorm(d_model) for _ in range(num_layers + 1))
        self.head = nn.Linear(d_model, num_classes)
    def forward(self, tokens):
        if tokens.ndim != 2 or not 1 <= tokens.shape[1] <= self.max_length:
            raise ValueError(f"got {tuple(tokens.shape)}")
        N, T = tokens.shape
        x = torch.cat([self.cls.expand(N, 1, -1), self.tok(tokens)], 1) + self.pos[: T + 1]
        real = F.pad(tokens != self.pad, (1, 0), value=True)
        for P, ff, norm in zip(self.qkvo, self.ff, self.norms):
            y = norm(x)
            q, k, v = (torch.einsum("nte,hed->nhtd", y, P[i]) for i in range(3))
            a = torch.einsum("nhtd,nhsd->nhts", q, k) * q.shape[-1] ** -0.5
            a = a.masked_fill(~real[:, None, None], -torch.inf).softmax(-1)
            x = x + torch.einsum("nhts,nhsd,hed->nte", a, v, P[3])
            x = x + ff(x)
        return self.head(self.norms[-1](x[:, 0]))
