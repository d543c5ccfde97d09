"""Running statistics of a learner's own layers: what is told of those that do not follow, and of no others."""

import pytest
import torch
from dlf_reference.training.autopsy.batch.statistics import astray
from torch import nn


class Norm(nn.Module):
    """A batch norm over (N, C, H, W) that moves its statistics in a way of its own."""

    def __init__(self, move, shape=(4,)):
        super().__init__()
        self.move = move
        self.register_buffer("running_mean", torch.zeros(shape))
        self.register_buffer("running_var", torch.ones(shape))

    def forward(self, x):
        if self.training:
            var, mean = torch.var_mean(x, dim=(0, 2, 3))
            for kept, now in ((self.running_mean, mean), (self.running_var, var)):
                kept.copy_(self.move(kept, now.view(kept.shape)))
        return x


def follow(kept, now):
    return 0.9 * kept + 0.1 * now


def grow(kept, now):
    return kept + 0.1 * now


def stay(kept, now):
    return kept


def trained(norm):
    x = 5 + 3 * torch.randn(8, 4, 6, 6, generator=torch.Generator().manual_seed(0))
    for _ in range(100):
        norm.train()(x)
    return nn.Sequential(norm, nn.Identity()), (x,)


@pytest.mark.parametrize("shape", [(4,), (1, 4, 1, 1)])
@pytest.mark.parametrize(("move", "far"), [(follow, False), (grow, True), (stay, True)])
def test_statistics_that_do_not_follow_the_batch_are_told(move, far, shape):
    variances, _ = astray(*trained(Norm(move, shape)))
    assert list(variances) == (["0.running_var"] if far else [])


def test_asking_leaves_the_statistics_as_they_were():
    network, inputs = trained(Norm(grow))
    before = network[0].running_mean.clone()
    astray(network, inputs)
    assert torch.equal(network[0].running_mean, before)


def test_layers_of_pytorch_are_not_asked():
    assert astray(*trained(nn.BatchNorm2d(4, momentum=0.0))) == ({}, {})
