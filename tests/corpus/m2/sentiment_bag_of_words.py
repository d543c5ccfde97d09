# exercise = "m2_rnn/sentiment.py"
# mistake = "the LSTM is built and called, but the classifier reads the mean of the embeddings; word order plays no part"
# caught_by = ["m2.sentiment.init", "m2.sentiment.forward"]
# names = "order|LSTM|unused|gradient|lstm"
import torch
from torch import nn


class SentimentLSTM(nn.Module):
    def __init__(self, vocab_size, embedding_dim=128, hidden_size=128, num_classes=2, padding_idx=0, dropout=0.5):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim, padding_idx=padding_idx)
        self.lstm = nn.LSTM(embedding_dim, hidden_size, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        self.fc = nn.Linear(embedding_dim, num_classes)

    def forward(self, tokens, lengths):
        if tokens.ndim != 2 or lengths.shape != tokens.shape[:1]:
            raise ValueError(f"expected (N, T) and (N,), got {tuple(tokens.shape)}, {tuple(lengths.shape)}")
        x = self.dropout(self.embedding(tokens))
        states, _ = self.lstm(x)
        keep = (torch.arange(tokens.shape[1]) < lengths[:, None])[..., None]
        return self.fc((x * keep).sum(1) / lengths[:, None])
