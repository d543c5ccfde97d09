"""m2, part 5: a sentiment classifier in PyTorch.

Now that you know what an LSTM does inside, let `torch.nn` supply it. Two things are left to you:
texts of different lengths share one batch, and the states of many steps become one answer.

Lesson: exercises/m2_rnn/README.md
Grade:  dlf-grade m2 -k sentiment
Write:  about 15 lines.
"""

import torch
from torch import nn


class SentimentLSTM(nn.Module):
    """Reads a text of token ids and scores its classes.

    The layers' names are up to you; training calls `forward` alone.

    Args:
        vocab_size: how many different token ids there are.
        embedding_dim: numbers in a token's vector.
        hidden_size: numbers in the LSTM's state.
        num_classes: how many logits come out.
        padding_idx: the id that fills up short rows.
        dropout: probability that a number is set to zero in training.

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
        # An embedding, an LSTM, dropout, a linear layer. How many numbers does one text have when
        # its states are pooled in two ways?
        # TODO(m2.sentiment.init): about 5 lines.
        raise NotImplementedError("m2.sentiment.init")

    def forward(self, tokens: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """Score every class for every text.

        Args:
            tokens: token ids, (N, T), int64; those beyond a row's length are padding.
            lengths: tokens of each row, (N,), int64, from 1 to T, in any order.

        Returns:
            Logits, (N, num_classes), float; no softmax.
        """
        if tokens.ndim != 2 or lengths.shape != tokens.shape[:1]:
            raise ValueError(
                f"expected tokens of shape (N, T) and lengths of shape (N,), "
                f"got {tuple(tokens.shape)} and {tuple(lengths.shape)}"
            )
        # The padding comes last, so the states of the text itself have not seen it. Pool them over
        # time and leave the padding out. What would its states do to a mean, and to a maximum?
        # TODO(m2.sentiment.forward): about 6 lines.
        raise NotImplementedError("m2.sentiment.forward")
