import inspect

import pytest
import torch
from dlf_grader.instruments.places import line_of, said
from dlf_reference.training.autopsy.batch.exchanged import kept
from dlf_reference.training.autopsy.forward.calls import calls_of
from dlf_reference.training.autopsy.forward.compared import effect_lost
from dlf_reference.training.autopsy.forward.traces import first_cancelling, first_mixed, first_told_apart, lost, mixed
from dlf_reference.training.autopsy.measured import Place
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

N, T, D = 6, 5, 4
X = torch.randn(N, T, D, generator=torch.Generator().manual_seed(0))
OTHER = torch.where(kept(X)[:, None, None], X, -X)  # (N, T, D), two rows as they were
LAST = torch.cat([X[:, :-1], -X[:, -1:]], dim=1)  # another last step


def followed(forward, x):
    network = nn.Identity()
    network.forward = forward
    return calls_of(network, (x,))


def line_in(function, text):
    lines, first = inspect.getsourcelines(function)
    return f"test_followed.py:{next(first + at for at, line in enumerate(lines) if text in line)}"


def crops(x):
    largest = float(x.max())  # is not used
    x = 2 * x
    x = x[:, :-1]
    return x.flatten(1) * (largest < 1e9)


def reads_the_shape_alone(x):
    y = torch.zeros_like(x)
    return y.sum(dim=1)


def mixes(x):
    x = x - x.mean(dim=1, keepdim=True)
    x = x.transpose(0, 1)
    x = x.softmax(dim=1)
    return x.relu().sum(dim=0)


@pytest.mark.parametrize(("forward", "text"), [(crops, "[:, :-1]"), (reads_the_shape_alone, "zeros_like")])
def test_a_part_is_lost_in_the_line_that_is_given_it_and_gives_the_same(forward, text):
    found = lost(followed(forward, X), followed(forward, LAST), X)
    assert found.line == line_in(forward, text)
    assert found.loses


def test_what_reaches_the_logits_is_lost_nowhere():
    assert lost(followed(mixes, X), followed(mixes, LAST), X) == Place("")


def test_rows_meet_in_the_first_line_from_which_none_stays_as_it_is():
    found = first_mixed(followed(mixes, X), followed(mixes, OTHER), kept(X))
    assert found.line == line_in(mixes, "softmax")


@pytest.mark.parametrize(
    "turned",
    [
        lambda x: x,
        lambda x: x.transpose(0, 1),
        lambda x: x.reshape(N * T, D),
        lambda x: x.transpose(0, 1).reshape(T * N, D),
        lambda x: x.permute(2, 1, 0),
        lambda x: x.sum(dim=(1, 2)),
        lambda x: x.relu(),
    ],
)
def test_rows_do_not_mix_wherever_their_axis_lies(turned):
    assert not mixed(turned(X), turned(OTHER), kept(X))


def test_rows_mix_where_an_average_over_them_is_taken_away():
    assert mixed(X - X.mean(dim=0), OTHER - OTHER.mean(dim=0), kept(X))


def test_a_place_is_said_with_its_line_and_a_place_without_one_is_not():
    place = Place("lenet.py:41", "__getitem__", loses=True)
    assert said("half", "upper half", place) == "That half is lost in line 41 of lenet.py."
    assert said("token", "token 3", Place("lenet.py:41")) == "Line 41 of lenet.py is the last that depends on token 3."
    assert line_of(place, "lenet.py") == 41
    assert line_of(place, "resnet.py") == 0
    for line in ("", "lenet.py", "lenet.py:x", ":4"):
        assert said("half", "upper half", Place(line)) == ""


class Packs(nn.Module):
    """What its recurrent layer gives is used by nothing."""

    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(D, D, batch_first=True)

    def forward(self, x):
        packed = pack_padded_sequence(x, torch.tensor([T, 2, 3, T, 1, 2]), batch_first=True, enforce_sorted=False)
        states, _ = pad_packed_sequence(self.rnn(packed)[0], batch_first=True)
        return x.sum(dim=1) + 0 * len(states)


@pytest.mark.parametrize("time", range(3))  # memory that nobody has written to holds other numbers each time
def test_numbers_that_nobody_wrote_are_no_difference(time):
    found = effect_lost(Packs(), "rnn.weight_ih_l0", time, X.numpy())
    assert found["line"] == line_in(Packs.forward, "pad_packed")
    assert found["unused"]


def test_ids_that_become_one_are_lost_as_ids():
    table = torch.eye(9)
    ids, others = torch.tensor([[5, 6], [7, 8]]), torch.tensor([[6, 7], [5, 8]])

    def clamps(x):
        return table[x.clamp(max=4)].sum(dim=1)

    def counts(x):
        return (x > 0).sum(dim=1, keepdim=True).float()

    assert lost(followed(clamps, ids), followed(clamps, others), ids).kind == "ids"
    assert lost(followed(counts, ids), followed(counts, others), ids).kind == ""


class Attends(nn.Module):
    """Attention that takes the value of the query's own place: the weights add up to 1, whatever the queries are."""

    def __init__(self):
        super().__init__()
        self.q, self.v = nn.Linear(D, D), nn.Linear(D, D)

    def forward(self, x):
        weights = (self.q(x) @ x.mT).softmax(dim=-1)
        return torch.einsum("nqk,nqd->nd", weights, self.v(x))


def test_the_effect_of_a_weight_ends_in_the_line_that_gives_the_same_without_it():
    model = Attends()
    assert effect_lost(model, "q.weight", 1, X.numpy())["line"] == line_in(Attends.forward, "einsum")
    assert effect_lost(model, "v.weight", 1, X.numpy())["line"] == ""


class Forgets(nn.Module):
    """What two of its layers give is used by nothing, and a third is given zeros."""

    def __init__(self):
        super().__init__()
        self.block, self.idle, self.cell = nn.Sequential(nn.Linear(D, D), nn.ReLU()), nn.Linear(D, D), nn.LSTMCell(D, D)

    def forward(self, x):
        self.block(x)
        torch.tanh(self.idle(x))
        return self.cell(x[:, 0])[0]


@pytest.mark.parametrize(
    ("weight", "function", "line", "unused"),
    [
        ("block.0.weight", "block", "self.block(x)", True),
        ("idle.weight", "tanh", "torch.tanh", True),
        ("cell.weight_hh", "lstm_cell", "self.cell(x", False),
    ],
)
def test_what_nothing_uses_and_what_multiplies_zeros_has_a_line(weight, function, line, unused):
    found = effect_lost(Forgets(), weight, 1, X.numpy())
    assert found == {
        "line": line_in(Forgets.forward, line),
        "function": function,
        "loses": not unused,
        "unused": unused,
        "kind": "",
    }


def centred(x):
    x = x - x.mean(dim=1, keepdim=True)
    return x.mean(dim=1)


def by_rows(x):
    table = torch.arange(float(len(x)))
    x = x + table[:, None, None]
    return x.mean(dim=1)


def test_numbers_that_cancel_and_rows_that_are_counted_have_a_line():
    assert first_cancelling(followed(centred, X)).line == line_in(centred, "return")
    assert first_cancelling(followed(mixes, X)).line == ""
    alike = X[:1].repeat(N, 1, 1)
    network = nn.Identity()
    network.forward = by_rows
    assert first_told_apart(calls_of(network, (alike,)), (alike,)).line == line_in(by_rows, "x + table")
    network.forward = crops
    assert first_told_apart(calls_of(network, (alike,)), (alike,)).line == ""


def test_what_is_made_and_not_used_is_not_followed():
    lstm = nn.LSTM(D, D, batch_first=True)
    network = nn.Identity()
    network.forward = lambda x: lstm(x)[0].sum(dim=1)
    assert [len(call.made) for call in calls_of(network, (X,)) if call.function == "lstm"] == [1]
