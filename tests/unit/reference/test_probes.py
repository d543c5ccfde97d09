"""What a look into a PyTorch model finds: weights that nothing would train, and answers that are no logits."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from dlf_reference.training import probes
from dlf_reference.training.probes import influences, unregistered
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm, weight_norm


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
        (SimpleNamespace(inner=[nn.Linear(2, 2)]), True),
        (nn.ReLU(), False),
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


def test_weights_in_a_private_list_are_hidden_too():
    assert unregistered(Model(_layers=[nn.Linear(2, 2)])) == ["_layers"]


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
        influences(model, 1, np.ones((2, 2), np.float32))


X = np.random.default_rng(1).standard_normal((3, 2)).astype(np.float32)


def zero(layer):
    for p in layer.parameters():
        nn.init.zeros_(p)
    return layer


@pytest.mark.parametrize(
    "extra",
    [
        lambda: zero(nn.Linear(3, 3)),
        lambda: nn.Sequential(nn.Linear(3, 3), nn.Tanh(), zero(nn.Linear(3, 3))),
        lambda: weight_norm(nn.Linear(3, 3)),
        lambda: spectral_norm(nn.Linear(3, 3)),
        lambda: nn.LazyLinear(3),
        lambda: nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3)),
    ],
    ids=["zero", "zero-branch", "weight-norm", "spectral-norm", "lazy", "bias-before-batch-norm"],
)
@pytest.mark.parametrize("seed", range(3))
def test_every_parameter_that_takes_part_moves_the_answer(extra, seed):
    torch.manual_seed(seed)
    model = Model(extra=extra())
    model.forward = lambda x: model.head(x) + model.extra(model.head(x))
    moved = influences(model, seed, X)
    assert len(moved) > 2
    assert min(moved.values()) > 1e-4, moved


@pytest.mark.parametrize("factor", [0.0, 1e-20, 1e-9])
def test_a_parameter_that_hardly_takes_part_is_known(factor):
    model = Model(extra=nn.Linear(2, 3))
    model.forward = lambda x: model.head(x) + factor * model.extra(x)
    moved = influences(model, 1, X)
    assert max(moved["extra.weight"], moved["extra.bias"]) < 1e-6 < min(moved["head.weight"], moved["head.bias"])


def test_what_a_forward_draws_is_told_apart():
    model = Model()
    model.forward = lambda x: nn.functional.dropout(model.head(x))
    assert probes.drawn(model, X) == {"dropout": True, "layers": False, "numbers": False}
    model.forward = lambda x: nn.Linear(2, 3)(x) + 1
    assert probes.drawn(model, X) == {"dropout": False, "layers": True, "numbers": True}
    model.forward = lambda x: model.head(x) + torch.randn(3)
    assert probes.drawn(model, X) == {"dropout": False, "layers": False, "numbers": True}
    assert probes.drawn(Model(), X) == {"dropout": False, "layers": False, "numbers": False}


def test_without_convolutions_a_residual_block_gives_its_input():
    model = Model(conv=weight_norm(nn.Conv2d(2, 2, 3, padding=1)))
    model.forward = lambda x: x + model.conv(x)
    x = np.ones((1, 2, 4, 4), np.float32)
    y, count = probes.without_convolutions(model, x)
    assert (np.array_equal(y, x), count, probes.convolutions(model, x)) == (True, 1, 1)


@pytest.mark.parametrize(
    "windows",
    [
        lambda x: nn.functional.unfold(x, 3, padding=1),
        lambda x: nn.functional.unfold(x, kernel_size=(3, 3), padding=1),
        lambda x: x.unfold(2, 3, 1).unfold(3, 3, 1).flatten(2),
    ],
)
def test_a_convolution_that_is_written_out_counts(windows):
    model = Model()
    model.forward = lambda x: windows(x).sum(dim=2)
    assert probes.convolutions(model, np.ones((1, 2, 5, 5), np.float32)) == 1
    model.forward = lambda x: nn.functional.unfold(x, 1).sum(dim=2)
    assert probes.convolutions(model, np.ones((1, 2, 5, 5), np.float32)) == 0


def test_a_token_that_changes_others_is_known():
    model = Model(embedding=nn.Embedding(9, 4), mix=nn.Linear(5, 5))
    first, second = np.array([[1, 2, 3, 4, 5]]), np.array([[1, 2, 8, 4, 5]])
    model.forward = lambda tokens: model.mix(model.embedding(tokens).transpose(1, 2)).sum(dim=2)
    assert probes.tokens_meet(model, second, 2, first) is True
    model.forward = lambda tokens: torch.tanh(model.embedding(tokens)).mean(dim=1).tanh()
    assert probes.tokens_meet(model, second, 2, first) is False


def test_whether_tokens_met_is_left_open_where_a_loop_took_them_apart():
    model = Model(embedding=nn.Embedding(9, 4), cell=nn.GRUCell(4, 3))
    first, second = np.array([[1, 2, 3, 4, 5]]), np.array([[1, 2, 8, 4, 5]])

    def forward(tokens):
        x, h = model.embedding(tokens), torch.zeros(1, 3)
        for t in range(5):
            h = model.cell(x[:, t], h)
        return h

    model.forward = forward
    assert probes.tokens_meet(model, second, 2, first) is None


def test_a_recurrent_layer_that_takes_rows_for_steps_is_named():
    model = Model(embedding=nn.Embedding(9, 4), lstm=nn.LSTM(4, 3), right=nn.LSTM(4, 3, batch_first=True))
    tokens = np.ones((2, 5), np.int64)
    model.forward = lambda tokens: model.lstm(model.right(model.embedding(tokens))[0].repeat(1, 1, 2)[..., :4])[0]
    assert probes.batch_read_as_time(model, tokens) == ["lstm"]
    model.forward = lambda tokens: model.lstm(model.embedding(tokens).transpose(0, 1))[0]
    assert probes.batch_read_as_time(model, tokens) == []
