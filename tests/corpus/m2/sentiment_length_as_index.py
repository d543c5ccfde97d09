# exercise = "m2_rnn/sentiment.py"
# mistake = "out[n, lengths] instead of lengths - 1: one step into the padding, and out of range for the longest text"
# caught_by = ["m2.sentiment.forward", "m2.sentiment.padding", "m2.sentiment.init", "m2.sentiment.rows"]
# names = "lengths - 1|lengths − 1|one (step )?less|last (real )?(step|token)"
import torch
from torch import nn


class SentimentLSTM(nn.Module):
    def __init__(self, vocab_size, embedding_dim=128, hidden_size=128, num_classes=2, padding_idx=0, dropout=0.5):
        super().__init__()
        self.emb = nn.Embedding(vocab_size, embedding_dim, padding_idx=padding_idx)
        self.lstm = nn.LSTM(embedding_dim, hidden_size, batch_first=True)
        self.drop, self.fc = nn.Dropout(dropout), nn.Linear(hidden_size, num_classes)

    def forward(self, tokens, lengths):
        if tokens.ndim != 2 or lengths.shape != tokens.shape[:1]:
            raise ValueError(f"expected (N, T) and (N,), got {tuple(tokens.shape)}, {tuple(lengths.shape)}")
        out, _ = self.lstm(self.emb(tokens))
        last = out[torch.arange(len(out)), lengths]
        return self.fc(self.drop(last))
