"""m2, part 5: a sentiment classifier in PyTorch.

Now that you know what an LSTM does inside, let `torch.nn` supply it. What is left to you is what
makes the difference in practice: sentences of different lengths in one batch, and how the states
of many steps become one answer.

Lesson: exercises/m2_rnn/README.md
Grade:  dlf-grade m2 -k sentiment
Write:  about 30 lines.
"""

import torch
from torch import nn


class SentimentLSTM(nn.Module):
    """Reads a text of token ids and scores its classes.

    Attributes of your choice hold the layers; training needs nothing but `forward`.

    Args:
        vocab_size: how many different token ids there are.
        embedding_dim: numbers in a token's vector.
        hidden_size: numbers in the LSTM's state, of each direction.
        num_classes: how many logits come out.
        padding_idx: the id that fills short rows up.
        dropout: the share of numbers dropped in training.

    Example:
        Two texts of 5 and 2 tokens: tokens is (2, 5), the second row ends in three padding_idx,
        lengths is [5, 2], and the logits are (2, num_classes).
    """

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
        # An embedding, an LSTM for each direction of reading, dropout, a linear layer. How many
        # numbers does one text have when two directions are pooled in two ways?
        ### BEGIN SOLUTION m2.sentiment.init
        self.embedding = nn.Embedding(vocab_size, embedding_dim, padding_idx=padding_idx)
        # What two neighbours say together ("not good"), in a table whose rows many pairs share.
        features = -(-embedding_dim // 4)
        self.pairs = nn.Embedding(4 * vocab_size, features)
        for table in (self.embedding, self.pairs):
            table.weight.data *= 0.1  # what is seldom seen should say little, not noise
        self.forwards = nn.LSTM(embedding_dim + features, hidden_size, batch_first=True)
        self.backwards = nn.LSTM(embedding_dim + features, hidden_size, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(2 * 2 * hidden_size, num_classes)
        for lstm in (self.forwards, self.backwards):  # forget gates start open: what is there stays
            nn.init.ones_(lstm.bias_ih_l0.data[hidden_size : 2 * hidden_size])
        ### END SOLUTION

    def forward(self, tokens: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """Score every class for every text.

        Args:
            tokens: token ids, (N, T), int64; what stands beyond a row's length counts for nothing.
            lengths: tokens of each row, (N,), int64, from 1 to T, in any order.

        Returns:
            Logits, (N, num_classes), float; no softmax.
        """
        if tokens.ndim != 2 or lengths.shape != tokens.shape[:1]:
            raise ValueError(
                f"expected tokens of shape (N, T) and lengths of shape (N,), "
                f"got {tuple(tokens.shape)} and {tuple(lengths.shape)}"
            )
        # Padding stands at the end, so a state that reads forwards never met it. To read backwards,
        # turn each text round within its own length. Then pool over time, without the padding: what
        # would a zero do to a mean, and to a maximum?
        ### BEGIN SOLUTION m2.sentiment.forward
        time = torch.arange(tokens.shape[1], device=tokens.device)
        there = time < lengths.unsqueeze(1)  # (N, T)
        last = lengths.unsqueeze(1) - 1  # (N, 1)
        turned = torch.where(there, last - time, time)  # (N, T), the last token's place first
        before = nn.functional.pad(tokens, (1, -1))  # (N, T), the neighbours on the left
        unknown = 1  # the tokeniser's number for every word that it does not know
        known = (tokens != unknown) & (before != unknown)
        pairs = torch.where(known, (7_919 * before + tokens) % self.pairs.num_embeddings, 0)
        x = torch.cat([self.embedding(tokens), self.pairs(pairs)], dim=2)  # (N, T, D)
        outputs = torch.cat(
            [
                self.forwards(self.dropout(x))[0],
                self.backwards(self.dropout(x.gather(1, turned.unsqueeze(2).expand_as(x))))[0],
            ],
            dim=2,
        )  # (N, T, 2 H)
        padding = ~there.unsqueeze(2)  # (N, T, 1)
        mean = outputs.masked_fill(padding, 0.0).sum(dim=1) / lengths.unsqueeze(1)
        largest = outputs.masked_fill(padding, -torch.inf).amax(dim=1)
        return self.classifier(self.dropout(torch.cat([mean, largest], dim=1)))
        ### END SOLUTION
