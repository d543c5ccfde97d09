"""What the first layer is given counts as the network's input where it has as many numbers, and nowhere else."""

import pytest
import torch
from dlf_reference.training.autopsy.forward.first_layer import first_layer, standardise
from dlf_reference.training.watching import removed_after
from torch import nn


class Scaled(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.features = features
        self.head = nn.Linear(features, 2)

    def forward(self, x):
        return self.head(x[:, : self.features] / 255)


@pytest.mark.parametrize(("features", "standardised"), [(6, True), (5, False)])
def test_only_the_networks_own_input_is_standardised(features, standardised):
    x, network = torch.randn(8, 6), Scaled(features)
    before = network(x)
    with removed_after(standardise(network, first_layer(network))):
        assert torch.allclose(before, network(x)) != standardised
    assert torch.equal(before, network(x))
