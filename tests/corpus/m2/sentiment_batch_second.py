# exercise = "m2_rnn/sentiment.py"
# mistake = "batch_first is missing: the LSTM runs along the batch"
# caught_by = ["m2.sentiment.rows", "m2.sentiment.forward"]
# names = "batch_first|batch axis first|along the batch"
# misnames = "dropout|padding changes"
import torch
from torch import nn


class SentimentLSTM(nn.Module):
    def __init__(self, vocab_size, embedding_dim=128, hidden_size=128, num_classes=2, padding_idx=0, dropout=0.5):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim, padding_idx=padding_idx)
        self.lstm = nn.LSTM(embedding_dim, hidden_size)
        self.fc = nn.Linear(hidden_size, num_classes)
        self.dropout = nn.Dropout(dropout)

    def forward(self, tokens, lengths):
        if tokens.ndim != 2 or lengths.ndim != 1 or len(tokens) != len(lengths):
            raise ValueError(f"expected (N, T) and (N,), got {tuple(tokens.shape)}, {tuple(lengths.shape)}")
        x = self.dropout(self.embedding(tokens))
        out, _ = self.lstm(x)
        last = out[torch.arange(len(tokens)), lengths - 1]
        return self.fc(last)
