"""What a look into a PyTorch model finds: weights that nothing would train, and answers that are no logits."""

import numpy as np
import pytest
import torch
from dlf_reference.training.probes import gradient_sizes, unregistered
from torch import nn


class Model(nn.Module):
    def __init__(self, **attributes):
        super().__init__()
        self.head = nn.Linear(2, 3)
        for name, value in attributes.items():
            setattr(self, name, value)

    def forward(self, x):
        return self.head(x)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ([nn.Linear(2, 2)], True),
        ({"first": (nn.Linear(2, 2),)}, True),
        (torch.zeros(2, requires_grad=True), True),
        (nn.ModuleList([nn.Linear(2, 2)]), False),
        (nn.Parameter(torch.zeros(2)), False),
        (torch.zeros(2), False),
        ([1, "two", None], False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_weights_are_hidden_where_parameters_does_not_look(value, found):
    assert unregistered(Model(part=value)) == ["part"] * found
    assert unregistered(Model(inner=Model(part=value))) == ["inner.part"] * found


def test_a_list_of_what_is_registered_elsewhere_and_a_kept_activation_hide_nothing():
    model = Model()
    model.all = [model.head]
    model.kept = model(torch.zeros(1, 2))
    assert unregistered(model) == []


@pytest.mark.parametrize(
    ("answer", "got"),
    [
        (lambda y: y.detach().numpy(), "ndarray"),
        (lambda y: y[0], r"shape \(3,\)"),
        (lambda y: (y, None), "tuple"),
        (lambda y: y[:1], r"shape \(1, 3\)"),
    ],
)
def test_what_is_no_row_of_logits_for_each_input_is_said(answer, got):
    model = Model()
    model.forward = lambda x: answer(model.head(x))
    with pytest.raises(TypeError, match=rf"expected .* a tensor of logits of shape \(2, K\), got {got}"):
        gradient_sizes(model, np.arange(2), np.ones((2, 2), np.float32))
