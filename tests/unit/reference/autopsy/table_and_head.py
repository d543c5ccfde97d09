"""The smallest model of texts, and two texts for it."""

import numpy as np
import torch
from torch import nn

TOKENS = np.array([[1, 2, 3], [4, 5, 0]])


class Texts(nn.Module):
    """A table of vectors, and a head."""

    def __init__(self, **of_table):
        super().__init__()
        torch.manual_seed(0)
        self.table, self.head = nn.Embedding(7, 5, **of_table), nn.Linear(5, 2)

    def forward(self, tokens):
        return self.head(self.table(tokens).tanh().mean(dim=1))
