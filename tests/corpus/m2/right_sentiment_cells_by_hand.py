# exercise = "m2_rnn/sentiment.py"
# right = true
# note = "an nn.LSTMCell in a loop that stops updating a row once its text has ended"
import torch
from torch import nn


class SentimentLSTM(nn.Module):
    def __init__(self, vocab_size, embedding_dim=128, hidden_size=128, num_classes=2, padding_idx=0, dropout=0.5):
        super().__init__()
        self.hidden_size = hidden_size
        self.words = nn.Embedding(vocab_size, embedding_dim, padding_idx=padding_idx)
        self.cell = nn.LSTMCell(embedding_dim, hidden_size)
        self.drop = nn.Dropout(dropout)
        self.out = nn.Linear(hidden_size, num_classes)

    def forward(self, tokens, lengths):
        if tokens.ndim != 2 or lengths.ndim != 1 or tokens.shape[0] != lengths.shape[0]:
            raise ValueError(f"expected (N, T) and (N,), got {tuple(tokens.shape)} and {tuple(lengths.shape)}")
        x = self.drop(self.words(tokens))
        h = x.new_zeros(tokens.shape[0], self.hidden_size)
        c = torch.zeros_like(h)
        for t in range(tokens.shape[1]):
            h2, c2 = self.cell(x[:, t], (h, c))
            on = (t < lengths).unsqueeze(1)
            h, c = torch.where(on, h2, h), torch.where(on, c2, c)
        return self.out(self.drop(h))
