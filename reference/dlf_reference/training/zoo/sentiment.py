"""SentimentLSTM for m2.imdb: 90.2 % of the test reviews where the one as taught has fewer (see baselines.toml).

What it adds, and what that gains:

- Word pairs. Beside a word's vector the LSTMs read a shorter one of the pair that the word makes with its left
  neighbour: *not good* is more than *not* and *good*. There are millions of pairs, so they share the rows of a table,
  by the remainder of a product (hashing). On 2,500 reviews kept back it raised the accuracy from 86.0 to 86.8 %.
- A second LSTM that reads each text from its own last word to its first: the state at a word knows what follows, too.
- Forget gates that start open, with a bias of one: what is in the cell stays there until the gates have learnt.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.functional import pad

UNKNOWN = 1  # the tokeniser's number for every word that it does not know


class SentimentLSTM(nn.Module):
    """m2's SentimentLSTM with word pairs and a second direction; the arguments are those of the solution."""

    def __init__(
        self,
        vocab_size: int,
        embedding_dim: int = 128,
        hidden_size: int = 128,
        num_classes: int = 2,
        padding_idx: int = 0,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim, padding_idx=padding_idx)
        features = -(-embedding_dim // 4)
        self.pairs = nn.Embedding(4 * vocab_size, features)
        for table in (self.embedding, self.pairs):
            table.weight.data *= 0.1  # so that rare words and pairs start near zero
        self.forwards = nn.LSTM(embedding_dim + features, hidden_size, batch_first=True)
        self.backwards = nn.LSTM(embedding_dim + features, hidden_size, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(2 * 2 * hidden_size, num_classes)
        for lstm in (self.forwards, self.backwards):
            nn.init.ones_(lstm.get_parameter("bias_ih_l0").data[hidden_size : 2 * hidden_size])

    def forward(self, tokens: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        time = torch.arange(tokens.shape[1], device=tokens.device)
        real = time < lengths.unsqueeze(1)  # (N, T)
        turned = torch.where(real, lengths.unsqueeze(1) - 1 - time, time)  # (N, T), the last token's place first
        x = torch.cat([self.embedding(tokens), self.pairs(self._pairs(tokens))], dim=2)  # (N, T, D)
        backwards = x.gather(1, turned.unsqueeze(2).expand_as(x))
        outputs = torch.cat(
            [self.forwards(self.dropout(x))[0], self.backwards(self.dropout(backwards))[0]], dim=2
        )  # (N, T, 2 H)
        padding = ~real.unsqueeze(2)  # (N, T, 1)
        mean = outputs.masked_fill(padding, 0.0).sum(dim=1) / lengths.unsqueeze(1)
        largest = outputs.masked_fill(padding, -torch.inf).amax(dim=1)
        logits: torch.Tensor = self.classifier(self.dropout(torch.cat([mean, largest], dim=1)))
        return logits

    def _pairs(self, tokens: torch.Tensor) -> torch.Tensor:
        """The row of each word's pair with its left neighbour, (N, T); 0 where either is unknown."""
        before = pad(tokens, (1, -1))
        known = (tokens != UNKNOWN) & (before != UNKNOWN)
        return torch.where(known, (7_919 * before + tokens) % self.pairs.num_embeddings, 0)
