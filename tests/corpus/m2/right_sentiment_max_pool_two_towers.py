# exercise = "m2_rnn/sentiment.py"
# right = true
# note = "a forward LSTM and another on the text reversed within its length, max-pooled"
import torch
from torch import nn


class SentimentLSTM(nn.Module):
    def __init__(self, vocab_size, embedding_dim=128, hidden_size=128, num_classes=2, padding_idx=0, dropout=0.5):
        super().__init__()
        self.table = nn.Embedding(vocab_size, embedding_dim, padding_idx=padding_idx)
        self.there = nn.LSTM(embedding_dim, hidden_size, batch_first=True)
        self.back = nn.LSTM(embedding_dim, hidden_size, batch_first=True)
        self.drop = nn.Dropout(dropout)
        self.head = nn.Sequential(nn.Linear(2 * hidden_size, hidden_size), nn.ReLU(), nn.Linear(hidden_size, num_classes))

    def forward(self, tokens, lengths):
        if tokens.ndim != 2 or lengths.shape != tokens.shape[:1]:
            raise ValueError(f"expected (N, T) and (N,), got {tuple(tokens.shape)} and {tuple(lengths.shape)}")
        t = torch.arange(tokens.shape[1], device=tokens.device).expand_as(tokens)
        n = lengths.to(tokens.device).unsqueeze(1)
        flipped = torch.where(t < n, n - 1 - t, t)
        x = self.drop(self.table(tokens))
        a, _ = self.there(x)
        b, _ = self.back(x.gather(1, flipped.unsqueeze(-1).expand_as(x)))
        h = torch.cat([a, b], -1).masked_fill((t >= n).unsqueeze(-1), -2.0)
        return self.head(self.drop(h.max(1).values))
