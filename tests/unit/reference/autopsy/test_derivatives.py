"""The gradients of a PyTorch model against small differences: what is told of a wrong one, and of no right one."""

import numpy as np
import pytest
import torch
from dlf_reference.training.autopsy.forward.cutting import cut_off, misled
from table_and_head import TOKENS, Texts
from torch import nn

X = np.random.default_rng(0).standard_normal((4, 6)).astype(np.float32)


class Net(nn.Module):
    """Two layers, with something between them."""

    def __init__(self, between):
        super().__init__()
        torch.manual_seed(0)
        self.first, self.second, self.between = nn.Linear(6, 8), nn.Linear(8, 3), between

    def forward(self, x):
        return self.second(self.between(self.first(x)))


def shifted(x):
    return (x - x.max(dim=1, keepdim=True).values.detach()).softmax(dim=1)


def with_no_grad(x):
    with torch.no_grad():
        scale = x.square().mean(dim=1, keepdim=True)
        scale = scale + 1
    return x * scale * scale


def in_two_places(x):
    y = x + x.tanh().detach()
    return shifted(x) + y * y.detach()


def hooked(x):
    if x.requires_grad:
        x.register_hook(lambda gradient: 2 * gradient)
    return x.tanh()


class Straight(torch.autograd.Function):
    """A hyperbolic tangent whose backward forgets its slope."""

    @staticmethod
    def forward(ctx, x):
        return x.tanh()

    @staticmethod
    def backward(ctx, gradient):
        return gradient


RIGHT = {
    "relu": torch.relu,
    "a maximum that only shifts": shifted,
    "a kink and a sort": lambda x: x.sort(dim=1).values.clamp(min=-0.5),
    "numbers that do not learn": lambda x: x * torch.from_numpy(np.arange(8.0, dtype=np.float32)),
    "batch norm": nn.BatchNorm1d(8),
    "layer norm": nn.LayerNorm(8),
    "spectral norm": nn.utils.parametrizations.spectral_norm(nn.Linear(8, 8)),
    "float32 alone": lambda x: x.float().tanh().to(x.dtype),
}


@pytest.mark.parametrize("between", RIGHT.values(), ids=RIGHT)
def test_nothing_is_told_of_a_right_gradient(between):
    found = misled(Net(between), 1, X)
    assert not found["ratios"]
    assert not found["astray"]


@pytest.mark.parametrize("of_table", [{}, {"padding_idx": 0}, {"max_norm": 1.0}, {"sparse": True}])
def test_nothing_is_told_of_tables_of_vectors(of_table):
    found = misled(Texts(**of_table), 1, TOKENS)
    assert not found["ratios"]
    assert not found["astray"]


@pytest.mark.parametrize(
    ("between", "function", "off"),
    [
        (lambda x: x + x.detach().tanh(), "detach", False),
        (lambda x: x + x.data.tanh(), "data", False),
        (with_no_grad, "square", True),
        (lambda x: shifted(x) + x * x.detach(), "detach", False),
        (lambda x: x + torch.from_numpy(x.detach().numpy().copy()).tanh(), "detach", False),
        (in_two_places, "detach", False),
        (hooked, "", False),
        (Straight.apply, "", False),
    ],
    ids=["detach", "data", "no_grad", "beside a harmless one", "numpy", "two", "a hook", "a backward"],
)
def test_what_cuts_a_part_of_a_gradient_is_told_if_it_is_certain(between, function, off):
    found = misled(Net(between), 1, X)
    assert found["ratios"] or found["astray"]
    assert (found["cut"]["function"], found["cut"]["off"]) == (function, off)


@pytest.mark.parametrize(
    ("between", "function"),
    [
        (lambda x: torch.tensor(x.tolist()), "tolist"),
        (lambda x: x.detach(), "detach"),
        (lambda x: nn.functional.one_hot(x.argmax(dim=1), 8).float(), "argmax"),
        (lambda x: shifted(x).data, "data"),
    ],
    ids=["a list", "detach", "argmax", "behind a harmless one"],
)
def test_what_keeps_all_of_a_gradient_back_is_told(between, function):
    assert cut_off(Net(between), ["first.weight", "first.bias"], 1, X)["function"] == function
