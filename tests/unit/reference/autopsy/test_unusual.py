"""What is hardly ever meant of a new model: what is told of one that has it, and of no other."""

import numpy as np
import pytest
import torch
from dlf_reference.training.autopsy.forward.unusual import unusual
from dlf_reference.training.autopsy.starts import times_the_standard
from table_and_head import TOKENS, Texts
from torch import nn

X = np.random.default_rng(0).standard_normal((4, 6)).astype(np.float32)


def test_what_is_unusual_in_a_model_is_told():
    model = Texts()
    model.norm, model.slow = nn.BatchNorm1d(5), nn.BatchNorm1d(5, momentum=0.001)
    model.drop, model.most = nn.Dropout(0.5), nn.Dropout2d(0.9)
    model.half, model.lstm = nn.Linear(3, 3).bfloat16(), nn.LSTM(3, 4)
    nn.init.constant_(model.lstm.weight_hh_l0, 0.1)
    model.table.weight.requires_grad_(False)
    assert {name: what for name, what in unusual(model, 7, False).items() if what} == {
        "frozen": ("table.weight",),
        "narrow": ("half.weight", "half.bias"),
        "alike": ("lstm.weight_hh_l0",),
        "slow": {"slow": 0.001},
        "dropped": {"most": 0.9},
    }


def test_nothing_is_unusual_in_what_many_models_have():
    model = Texts(padding_idx=0)
    model.positions = nn.Parameter(torch.ones(9, 5), requires_grad=False)
    model.blur, model.head = nn.Conv2d(4, 4, 3, groups=4, bias=False), nn.Linear(5, 2)
    nn.init.constant_(model.blur.weight, 1 / 9)
    nn.init.zeros_(model.head.weight)
    model.norm = nn.BatchNorm1d(5, momentum=None)
    assert not any(unusual(model, 7, False, TOKENS).values())


class OwnNorm(nn.Module):
    """A batch norm whose running mean may move."""

    def __init__(self, move):
        super().__init__()
        self.move = move
        self.register_buffer("running_mean", torch.zeros(6))

    def forward(self, x):
        if self.training:
            self.move(self.running_mean, x.mean(dim=0))
        return x - self.running_mean


@pytest.mark.parametrize(("move", "still"), [(torch.Tensor.lerp, ("0.running_mean",)), (torch.Tensor.lerp_, ())])
def test_running_statistics_that_never_move_are_told(move, still):
    norm = OwnNorm(lambda kept, mean: move(kept, mean, 0.1))
    assert unusual(nn.Sequential(norm, nn.Linear(6, 2)), 0, False, X)["still"] == still


class Normalised(nn.Module):
    """A batch norm written with PyTorch's function."""

    def __init__(self, **given):
        super().__init__()
        self.given = given
        self.register_buffer("mean", torch.zeros(6))
        self.register_buffer("var", torch.ones(6))

    def forward(self, x):
        given = {name: getattr(self, which) for name, which in self.given.items()}
        return nn.functional.batch_norm(x, self.mean, self.var, **given)


@pytest.mark.parametrize(("given", "lines"), [({}, 1), ({"training": "training"}, 0)])
def test_a_batch_norm_by_running_statistics_in_training_mode_is_told_with_its_line(given, lines):
    found = unusual(nn.Sequential(Normalised(**given), nn.Linear(6, 2)), 0, False, X)["by_running"]
    assert len(found) == lines
    assert all(line.startswith("test_unusual.py:") for line in found)


def told(model, *inputs, vocabulary=0, all_count=False):
    return {name: what for name, what in unusual(model, vocabulary, all_count, *inputs).items() if what}


def chain(*layers):
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(6, 8), *layers)


@pytest.mark.parametrize("between", [[], [nn.Identity()], [nn.Dropout(0.1)]])
def test_linear_layers_with_nothing_between_them_are_told(between):
    model = chain(*between, nn.Linear(8, 3))
    assert told(model, X) == {"chained": (("0", str(1 + len(between))),)}


@pytest.mark.parametrize(
    "rest",
    [
        [nn.ReLU(), nn.Linear(8, 3)],
        [nn.ReLU(inplace=True), nn.Linear(8, 3)],
        [nn.LayerNorm(8), nn.Linear(8, 3)],
        [nn.ReLU(), nn.Linear(8, 2), nn.Linear(2, 8)],
        [nn.utils.parametrizations.weight_norm(nn.Linear(8, 3))],
    ],
)
def test_a_narrow_way_or_a_function_between_linear_layers_is_usual(rest):
    assert told(chain(*rest), X) == {}


class Twice(nn.Module):
    """A layer whose result is used in two ways."""

    def __init__(self, use):
        super().__init__()
        self.first, self.second, self.use = nn.Linear(6, 8), nn.Linear(8, 8), use

    def forward(self, x):
        return self.use(self.first(x), self.second)


@pytest.mark.parametrize(
    "use",
    [
        lambda x, second: x + second(x),
        lambda x, second: second(x) * second(second(x)),
        lambda x, second: second(x) @ second.weight,
        lambda x, second: second(torch.relu_(x)),
    ],
)
def test_a_result_or_a_weight_that_is_used_elsewhere_is_usual(use):
    assert told(Twice(use), X) == {}


class Late(nn.Module):
    """Makes its layer in the first forward."""

    def forward(self, x):
        if not hasattr(self, "head"):
            self.head = nn.Linear(6, 2)
        return self.head(x)


def test_a_layer_that_the_first_forward_makes_is_told_and_a_lazy_one_is_not():
    assert told(nn.Sequential(nn.LazyLinear(6), nn.ReLU(), Late()), X) == {
        "late": ("2.head.weight", "2.head.bias"),
    }


class Resting(nn.Sequential):
    """Its first layer never goes into training mode."""

    def train(self, mode=True):
        super().train(mode)
        self[0].eval()
        return self


@pytest.mark.parametrize(
    ("layer", "resting"), [(nn.BatchNorm1d(6), ("0",)), (nn.Dropout(0.5), ("0",)), (nn.LayerNorm(6), ())]
)
def test_a_layer_that_stays_in_evaluation_mode_is_told(layer, resting):
    assert unusual(Resting(layer, nn.Linear(6, 2)), 0, False, X)["resting"] == resting


def test_two_parameters_on_one_memory_are_told_and_one_parameter_in_two_places_is_not():
    model = Texts()
    model.tied, model.copied = nn.Linear(5, 7, bias=False), nn.Linear(5, 7, bias=False)
    model.tied.weight, model.copied.weight.data = model.table.weight, model.table.weight.data
    assert told(model) == {"twins": (("table.weight", "copied.weight"),)}


class Drops(Texts):
    """Drops a share of its vectors in training mode."""

    def __init__(self, share):
        super().__init__()
        self.share = share

    def forward(self, tokens):
        return super().forward(tokens) + nn.functional.dropout(torch.ones(2), self.share, self.training)


@pytest.mark.parametrize(("share", "told_of"), [(0.5, [0.5]), (0.0, [])])
def test_what_drops_though_nothing_is_to_be_dropped_is_told(share, told_of):
    found = unusual(Drops(share), 7, False, TOKENS)["unasked"]
    assert list(found.values()) == told_of
    assert all(line.startswith("test_unusual.py:") for line in found)


def test_padding_is_told_of_where_every_token_counts():
    assert told(Texts(padding_idx=0), TOKENS, vocabulary=7, all_count=True) == {"padded": {"table": 0}}
    assert told(Texts(padding_idx=0), TOKENS, vocabulary=7) == {}


def test_a_forward_that_fails_says_nothing():
    assert told(nn.Linear(3, 2), X) == {}


@pytest.mark.parametrize("shape", [(2, 16, 32), (2, 32, 16), (16, 32), (8, 4, 3, 3)])
def test_a_weight_of_ones_own_is_not_called_large_whichever_axes_are_its_inputs(shape):
    network = nn.Module()
    network.weight = nn.Parameter(torch.randn(shape) * 16**-0.5)
    assert times_the_standard(network)["weight"] < 4
    network.weight = nn.Parameter(torch.randn(shape) * 10)
    assert times_the_standard(network)["weight"] > 10
