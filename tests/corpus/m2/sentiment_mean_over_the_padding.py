# exercise = "m2_rnn/sentiment.py"
# mistake = "the mean over time includes the padded steps"
# caught_by = ["m2.sentiment.padding"]
# names = "padding|lengths|beyond"
# misnames = "each row by itself|If you sort"
from torch import nn


class SentimentLSTM(nn.Module):
    def __init__(self, vocab_size, embedding_dim=128, hidden_size=128, num_classes=2, padding_idx=0, dropout=0.5):
        super().__init__()
        self.e = nn.Embedding(vocab_size, embedding_dim, padding_idx=padding_idx)
        self.l = nn.LSTM(embedding_dim, hidden_size, num_layers=2, dropout=dropout, batch_first=True)
        self.o = nn.Linear(hidden_size, num_classes)

    def forward(self, tokens, lengths):
        if tokens.dim() != 2 or lengths.shape != tokens.shape[:1]:
            raise ValueError(f"expected (N, T) and (N,), got {tuple(tokens.shape)}, {tuple(lengths.shape)}")
        h, _ = self.l(self.e(tokens))
        return self.o(h.mean(dim=1))
