"""Tokens that never meet are told apart from those of which a state hardly remembers anything."""

import math

import pytest
import torch
from dlf_reference.training.autopsy.batch.apart import never_together
from dlf_reference.training.autopsy.batch.exchanged import Examined
from torch import nn

STEPS, VOCABULARY = 40, 12


class Reader(nn.Module):
    """An LSTM that reads a text in pieces, and a layer on the mean of its states.

    Args:
        piece: tokens of each; the state starts anew in the next.
        forgets: what is added to the bias of the forget gate.
    """

    def __init__(self, piece, forgets=0.0):
        super().__init__()
        self.piece, self.table = piece, nn.Embedding(VOCABULARY, 8)
        self.lstm, self.head = nn.LSTM(8, 8, batch_first=True), nn.Linear(8, 3)
        self.lstm.bias_hh_l0.data[8:16] += forgets

    def forward(self, tokens):
        pieces = self.table(tokens).split(self.piece, dim=1)
        return self.head(torch.cat([self.lstm(each)[0] for each in pieces], dim=1).mean(dim=1))


def distance(model):
    rng = torch.Generator().manual_seed(0)
    x = torch.randint(1, VOCABULARY, (4, STEPS), generator=rng)
    seen = Examined(x, (), {"all": x % (VOCABULARY - 1) + 1}, STEPS)
    model = model.double().eval()

    def exact(*inputs):
        with torch.no_grad():
            return model(*inputs)

    return never_together(exact, seen)


def test_pieces_of_eight_tokens_never_meet():
    torch.manual_seed(0)
    assert distance(Reader(8)) == 8


@pytest.mark.parametrize("forgets", [0.0, 3.0, -2.0, -6.0, -14.0])
def test_nothing_is_said_of_a_state_that_forgets(forgets):
    torch.manual_seed(0)
    assert math.isnan(distance(Reader(STEPS, forgets)))
