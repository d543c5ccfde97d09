# exercise = "m2_rnn/sentiment.py"
# right = true
# note = "packed, bidirectional, two layers, learnt attention pooling"
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


class SentimentLSTM(nn.Module):
    def __init__(self, vocab_size, embedding_dim=128, hidden_size=128, num_classes=2, padding_idx=0, dropout=0.5):
        super().__init__()
        self.table = nn.Embedding(vocab_size, embedding_dim, padding_idx=padding_idx)
        self.reader = nn.LSTM(embedding_dim, hidden_size, num_layers=2, batch_first=True, bidirectional=True,
                              dropout=dropout)
        self.score = nn.Sequential(nn.Linear(2 * hidden_size, 32), nn.Tanh(), nn.Linear(32, 1))
        self.drop = nn.Dropout(dropout)
        self.head = nn.Linear(2 * hidden_size, num_classes)

    def forward(self, tokens, lengths):
        if tokens.ndim != 2 or tuple(lengths.shape) != (tokens.shape[0],):
            raise ValueError(f"expected (N, T) and (N,), got {tuple(tokens.shape)} and {tuple(lengths.shape)}")
        x = self.drop(self.table(tokens))
        packed = pack_padded_sequence(x, lengths.cpu(), batch_first=True, enforce_sorted=False)
        h, _ = pad_packed_sequence(self.reader(packed)[0], batch_first=True, total_length=tokens.shape[1])
        alive = torch.arange(tokens.shape[1], device=tokens.device)[None] < lengths[:, None].to(tokens.device)
        weights = self.score(h).squeeze(-1).masked_fill(~alive, float("-inf")).softmax(-1)
        return self.head(self.drop(torch.einsum("nt,nth->nh", weights, h)))
