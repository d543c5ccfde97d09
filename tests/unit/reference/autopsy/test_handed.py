"""What a forward hands to its layers: only what is hardly ever meant is told."""

import pytest
import torch
from dlf_reference.training.autopsy.forward.handed import handed
from torch import nn

IMAGES = torch.rand(4, 6, generator=torch.Generator().manual_seed(0))
TOKENS = torch.tensor([[1, 2, 3], [4, 5, 6]])


class Of(nn.Module):
    """A model whose forward is a function of one layer and the input."""

    def __init__(self, layer, function):
        super().__init__()
        self.layer, self.function = layer, function

    def forward(self, x):
        return self.function(self.layer, x)


def told(layer, function, x):
    return [each.what for each in handed(Of(layer, function), (x,))]


@pytest.mark.parametrize(
    "function",
    [
        lambda layer, x: layer(x.softmax(dim=1)),
        lambda layer, x: layer(nn.functional.dropout(torch.softmax(x, 1).reshape(4, 6))),
        lambda layer, x: layer(nn.Softmax(dim=1)(x).flatten(1)),
    ],
)
def test_a_softmax_that_a_layer_is_given_is_told(function):
    assert told(nn.Linear(6, 6), function, IMAGES) == ["shares"]


@pytest.mark.parametrize(
    "function",
    [
        lambda layer, x: layer(x.softmax(dim=1) * x),  # a gate
        lambda layer, x: layer(x).softmax(dim=1),
        lambda layer, x: layer((x.softmax(dim=1) @ torch.ones(6, 6)).relu()),  # attention
    ],
)
def test_a_softmax_that_weights_something_is_not(function):
    assert told(nn.Linear(6, 6), function, IMAGES) == []


def test_ids_that_a_layer_is_given_as_numbers_are_told():
    assert told(nn.Linear(3, 2), lambda layer, x: layer(x.float() / 6), TOKENS) == ["ids"]
    assert told(nn.LSTM(1, 2), lambda layer, x: layer(x.to(torch.float32).unsqueeze(2))[0], TOKENS) == ["ids"]


def test_a_mask_one_hot_rows_and_a_table_are_no_ids_as_numbers():
    assert told(nn.Linear(3, 2), lambda layer, x: layer((x != 0).float()), TOKENS) == []
    assert told(nn.Linear(7, 2), lambda layer, x: layer(nn.functional.one_hot(x, 7).float()), TOKENS) == []
    assert told(nn.Embedding(7, 2), lambda layer, x: layer(x), TOKENS) == []


def test_an_order_that_is_drawn_is_told_and_drawn_numbers_are_not():
    assert told(nn.Linear(6, 2), lambda layer, x: layer(x[:, torch.randperm(6)]), IMAGES) == ["randperm"]
    assert told(nn.Linear(6, 2), lambda layer, x: layer(x + torch.rand(6)), IMAGES) == []
