# exercise = "m2_rnn/sentiment.py"
# right = true
# note = "An LSTMCell in a loop that freezes finished rows, both directions, a zero head"
import torch
from torch import nn


class SentimentLSTM(nn.Module):
    def __init__(self, vocab_size, embedding_dim=128, hidden_size=128, num_classes=2, padding_idx=0, dropout=0.5):
        super().__init__()
        self.table = nn.Embedding(vocab_size, embedding_dim, padding_idx=padding_idx)
        self.cells = nn.ModuleList([nn.LSTMCell(embedding_dim, hidden_size) for _ in range(2)])
        self.drop = nn.Dropout(dropout)
        self.head = nn.Linear(2 * hidden_size, num_classes)
        nn.init.zeros_(self.head.weight)

    def _read(self, cell, x, lengths, order):
        h = c = x.new_zeros(len(x), cell.hidden_size)
        for t in order:
            new_h, new_c = cell(x[:, t], (h, c))
            alive = (t < lengths).unsqueeze(1)
            h, c = torch.where(alive, new_h, h), torch.where(alive, new_c, c)
        return h

    def forward(self, tokens, lengths):
        if tokens.ndim != 2 or lengths.shape != tokens.shape[:1]:
            raise ValueError(f"got {tuple(tokens.shape)} and {tuple(lengths.shape)}")
        x, T = self.drop(self.table(tokens)), tokens.shape[1]
        both = [self._read(cell, x, lengths, order) for cell, order in zip(self.cells, (range(T), range(T - 1, -1, -1)))]
        return self.head(self.drop(torch.cat(both, 1)))
