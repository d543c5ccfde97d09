"""Whether attention sees the order of tokens: positions before it, behind it, or none."""

import math

import pytest
import torch
from dlf_reference.training.autopsy.batch.attending import order_in_attention
from dlf_reference.training.autopsy.batch.exchanged import Examined
from torch import nn
from torch.nn import functional

T, E = 6, 8
TOKENS = torch.tensor([[1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1]])
ORDER = TOKENS[:, [0, 1, 3, 2, 4, 5]]
SEEN = Examined(TOKENS, (), {"order": ORDER, "pair": torch.where(ORDER != TOKENS, 7, TOKENS)})


def by_softmax(x):
    return (x @ x.mT / E).softmax(dim=-1) @ x


def fused(x):
    return functional.scaled_dot_product_attention(x, x, x)


class Encoder(nn.Module):
    """Positions before or behind attention, or nowhere."""

    def __init__(self, attention, positions):
        super().__init__()
        torch.manual_seed(0)
        self.attention, self.positions = attention, positions
        self.table, self.places, self.head = nn.Embedding(8, E), nn.Parameter(torch.randn(T, E)), nn.Linear(E, 2)

    def forward(self, tokens):
        x = self.table(tokens)
        x = x + self.places if self.positions == "before" else x
        x = x + self.attention(x)
        x = x + self.places if self.positions == "behind" else x
        return self.head(torch.tanh(x).mean(dim=1))


@pytest.mark.parametrize("attention", [by_softmax, fused])
@pytest.mark.parametrize(("positions", "seen"), [("before", True), ("behind", False), ("nowhere", False)])
def test_attention_sees_order_only_through_positions_before_it(attention, positions, seen):
    found = order_in_attention(Encoder(attention, positions), SEEN)
    assert found > 0.1 if seen else found < 1e-5


def test_nothing_is_measured_where_there_is_no_attention():
    assert math.isnan(order_in_attention(Encoder(torch.tanh, "before"), SEEN))
