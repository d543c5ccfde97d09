# exercise = "m2_rnn/sentiment.py"
# mistake = "h_n (2, N, H) is viewed as (N, 2 H): halves of different texts end up in one row"
# caught_by = ["m2.sentiment.rows", "m2.sentiment.forward"]
# names = "rows|other texts|view|reshape|transpose|directions"
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence


class SentimentLSTM(nn.Module):
    def __init__(self, vocab_size, embedding_dim=128, hidden_size=128, num_classes=2, padding_idx=0, dropout=0.5):
        super().__init__()
        self.H = hidden_size
        self.embed = nn.Embedding(vocab_size, embedding_dim, padding_idx)
        self.encoder = nn.LSTM(embedding_dim, hidden_size, batch_first=True, bidirectional=True)
        self.drop = nn.Dropout(dropout)
        self.head = nn.Linear(2 * hidden_size, num_classes)

    def forward(self, tokens, lengths):
        if tokens.ndim != 2 or lengths.shape != tokens.shape[:1]:
            raise ValueError(f"expected (N, T) and (N,), got {tuple(tokens.shape)}, {tuple(lengths.shape)}")
        packed = pack_padded_sequence(self.embed(tokens), lengths.cpu(), batch_first=True, enforce_sorted=False)
        h = self.encoder(packed)[1][0]
        return self.head(self.drop(h.view(-1, 2 * self.H)))
