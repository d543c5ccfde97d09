# exercise = "m2_rnn/sentiment.py"
# mistake = "the texts are sorted by length and the logits are not put back in order"
# caught_by = ["m2.sentiment.rows", "m2.sentiment.padding", "m2.sentiment.forward"]
# names = "order|sort"
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence


class SentimentLSTM(nn.Module):
    def __init__(self, vocab_size, embedding_dim=128, hidden_size=128, num_classes=2, padding_idx=0, dropout=0.5):
        super().__init__()
        self.embed = nn.Embedding(vocab_size, embedding_dim, padding_idx)
        self.encoder = nn.LSTM(embedding_dim, hidden_size, batch_first=True, bidirectional=True)
        self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(2 * hidden_size, num_classes))

    def forward(self, tokens, lengths):
        if tokens.ndim != 2 or lengths.shape != tokens.shape[:1]:
            raise ValueError(f"expected (N, T) and (N,), got {tuple(tokens.shape)}, {tuple(lengths.shape)}")
        lengths, order = lengths.sort(descending=True)
        packed = pack_padded_sequence(self.embed(tokens[order]), lengths.cpu(), batch_first=True)
        _, (h, _) = self.encoder(packed)
        return self.head(torch.cat([h[-2], h[-1]], dim=1))
