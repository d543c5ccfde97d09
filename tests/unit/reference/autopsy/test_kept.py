import inspect

import pytest
import torch
from dlf_reference.training.autopsy.forward.kept import graph_kept, overwritten, written_over
from dlf_reference.training.autopsy.measured import Kept
from torch import nn
from torch.nn import functional

X = torch.randn(3, 4, generator=torch.Generator().manual_seed(0))


class Keeps(nn.Module):
    """Layers, a running mean, and what a test makes of them."""

    def __init__(self, makes):
        super().__init__()
        self.makes = makes
        self.first, self.norm, self.last = nn.Linear(4, 4), nn.LayerNorm(4), nn.Linear(4, 2)
        self.register_buffer("mean", torch.zeros(4))
        self.states = ()

    def forward(self, x):
        return self.last(self.makes(self, self.first(x)))


def line_in(function, text):
    lines, first = inspect.getsourcelines(function)
    return f"test_kept.py:{next(first + at for at, line in enumerate(lines) if text in line)}"


def adds_to_what_the_norm_keeps(model, h):
    y = model.norm(h)
    h += y
    return h


def writes_into_a_softmax(model, h):
    h = h.softmax(dim=1)
    h[:, 0] = 0.0
    return h


def rectifies_in_place(model, h):
    h += 1.0
    h = functional.relu(h, inplace=True)
    return h * 2.0


def keeps_the_mean(model, h):
    model.mean = 0.9 * model.mean + 0.1 * h.mean(dim=0)
    return h - model.mean


def keeps_states(model, h):
    h = h + sum(model.states)
    model.states = (h.tanh(),)
    return h


def keeps_numbers_alone(model, h):
    model.mean = 0.9 * model.mean + 0.1 * h.detach().mean(dim=0)
    return h - model.mean


def keeps_what_it_does_not_take(model, h):
    model.last_hidden = h.tanh()
    return h


@pytest.mark.parametrize(
    ("makes", "text", "function"),
    [(adds_to_what_the_norm_keeps, "h += y", "layer_norm"), (writes_into_a_softmax, "h[:, 0]", "softmax")],
)
def test_the_line_that_writes_over_what_backward_needs_is_found(makes, text, function):
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        Keeps(makes)(X).sum().backward()
    found = overwritten(Keeps(makes), X.numpy())
    assert (found["line"], found["function"]) == (line_in(makes, text), function)


def test_writing_over_what_nothing_needs_is_no_fault():
    Keeps(rectifies_in_place)(X).sum().backward()
    assert written_over(Keeps(rectifies_in_place), (X,)) == Kept()


@pytest.mark.parametrize(
    ("makes", "text", "name"),
    [(keeps_the_mean, "model.mean =", "self.mean"), (keeps_states, "model.states =", "self.states")],
)
def test_what_is_kept_with_its_graph_and_taken_by_the_next_forward_is_found(makes, text, name):
    assert graph_kept(Keeps(makes), (X,)) == Kept(line_in(makes, text), name=name)


@pytest.mark.parametrize("makes", [keeps_numbers_alone, keeps_what_it_does_not_take])
def test_numbers_without_a_graph_and_what_is_not_taken_may_be_kept(makes):
    assert graph_kept(Keeps(makes), (X,)) == Kept()
