# exercise = "m2_rnn/sentiment.py"
# mistake = "out[:, -1] is the state after the padding"
# caught_by = ["m2.sentiment.padding"]
# names = "padding|last|lengths|beyond"
# misnames = "each row by itself|If you sort"
from torch import nn


class SentimentLSTM(nn.Module):
    def __init__(self, vocab_size, embedding_dim=128, hidden_size=128, num_classes=2, padding_idx=0, dropout=0.5):
        super().__init__()
        self.emb = nn.Embedding(vocab_size, embedding_dim, padding_idx=padding_idx)
        self.rnn = nn.LSTM(embedding_dim, hidden_size, batch_first=True)
        self.drop = nn.Dropout(dropout)
        self.fc = nn.Linear(hidden_size, num_classes)

    def forward(self, tokens, lengths):
        if tokens.ndim != 2 or lengths.shape != (tokens.shape[0],):
            raise ValueError(f"expected (N, T) and (N,), got {tuple(tokens.shape)}, {tuple(lengths.shape)}")
        out, _ = self.rnn(self.emb(tokens))
        return self.fc(self.drop(out[:, -1]))
