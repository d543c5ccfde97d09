import numpy as np
import pytest
import torch
from dlf_reference.training.autopsy.forward.compared import later_meets, padding_meets
from torch import nn
from torch.nn import functional

N, T, E, H = 2, 6, 8, 2
IDS = torch.randint(1, 20, (N, T), generator=torch.Generator().manual_seed(0))
OTHER = torch.cat([IDS[:, :3], IDS[:, 3:] % 19 + 1], dim=1)  # later tokens are others
LATER = torch.ones(T, T, dtype=torch.bool).triu(1)


class Reads(nn.Module):
    """A table of vectors, and what a test makes of them."""

    def __init__(self, makes):
        super().__init__()
        self.makes = makes
        torch.manual_seed(0)
        self.table = nn.Embedding(20, E)
        self.lstm = nn.LSTM(E, E, batch_first=True)
        self.both = nn.LSTM(E, E, batch_first=True, bidirectional=True)

    def forward(self, ids):
        return self.makes(self, self.table(ids))


def of_later_tokens(makes):
    return later_meets(Reads(makes), IDS.numpy(), OTHER.numpy())


def of_padding(makes):
    return padding_meets(Reads(makes), IDS[:1].numpy(), np.pad(IDS[:1].numpy(), ((0, 0), (0, 3))))


def scores(x):
    return x @ x.mT


def heads(x):
    return x.view(N, T, H, E // H).transpose(1, 2)


def throws_away(model, x):
    s = scores(x)
    s.masked_fill(LATER, -torch.inf)
    return s.softmax(dim=-1) @ x


LATER_SEEN = {
    "fill-unused": throws_away,
    "masked-late": lambda model, x: scores(x).softmax(dim=-1).masked_fill(LATER, 0.0) @ x,
    "fill-small": lambda model, x: scores(x).masked_fill(LATER, 1e-9).softmax(dim=-1) @ x,
    "next": lambda model, x: scores(x).masked_fill(LATER.triu(2), -torch.inf).softmax(dim=-1) @ x,
    "scores": lambda model, x: scores(x).softmax(dim=-1) @ x,
    "softmax-axis": lambda model, x: scores(x).masked_fill(LATER, -torch.inf).softmax(dim=-2) @ x,
    "transposed": lambda model, x: scores(x).masked_fill(LATER, -torch.inf).softmax(dim=-1).mT @ x,
    "split": lambda model, x: x.view(N, H, T, E // H).transpose(1, 2).reshape(N, T, E),
    "merged": lambda model, x: heads(x).reshape(N, T, E),
    "norm": lambda model, x: functional.layer_norm(x, x.shape[1:]),
    "convolution": lambda model, x: functional.conv1d(x.mT, torch.ones(1, E, 3), padding=1).mT,
    "pooled": lambda model, x: x + x.mean(dim=1, keepdim=True),
    "": lambda model, x: x.flip(1).cumsum(dim=1).flip(1),
}
PADDING_READ = {
    "mean": lambda model, x: x.mean(dim=1),
    "sum": lambda model, x: x.sum(dim=1),
    "maximum": lambda model, x: torch.max(x, dim=1)[0],
    "divided": lambda model, x: x[:, :T].sum(dim=1) / x.shape[1],
    "reversed": lambda model, x: model.lstm(x.flip(1))[0][:, -1],
    "backwards": lambda model, x: model.both(x)[0][:, 0],
    "last-state": lambda model, x: model.lstm(x)[1][0][0],
    "": lambda model, x: model.lstm(x)[0][:, -1],
}


@pytest.mark.parametrize("kind", LATER_SEEN)
def test_what_lets_later_tokens_in_is_told_by_its_numbers(kind):
    assert of_later_tokens(LATER_SEEN[kind])["kind"] == kind


@pytest.mark.parametrize("kind", PADDING_READ)
def test_what_reads_padding_is_told_by_its_numbers(kind):
    assert of_padding(PADDING_READ[kind])["kind"] == kind


@pytest.mark.parametrize(
    "right",
    [
        lambda model, x: scores(x).masked_fill(LATER, -torch.inf).softmax(dim=-1) @ x,
        lambda model, x: heads(x).transpose(1, 2).reshape(N, T, E),
        lambda model, x: functional.conv1d(functional.pad(x.mT, (2, 0)), torch.ones(1, E, 3)).mT,
        lambda model, x: x.cumsum(dim=1) / torch.arange(1, T + 1)[:, None],
        lambda model, x: model.lstm(x)[0],
    ],
)
def test_of_a_model_that_sees_no_later_token_nothing_is_told(right):
    found = of_later_tokens(right)
    assert (found["line"], found["kind"]) == ("", "")


def test_a_result_that_something_takes_is_not_thrown_away():
    def forward(model, x):
        hidden = scores(x).masked_fill(LATER.triu(2), -torch.inf)
        return hidden.softmax(dim=-1) @ x

    assert of_later_tokens(forward)["kind"] == "next"


def test_a_flip_of_what_is_not_the_text_is_not_blamed():
    def forward(model, x):
        places = torch.arange(x.shape[1]).flip(0)
        return (x * places[:, None]).sum(dim=1)

    assert of_padding(forward)["kind"] != "reversed"


def test_weights_that_are_cut_for_being_small_are_not_called_masked_too_late():
    def forward(model, x):
        weights = scores(x).softmax(dim=-1)
        return weights.masked_fill(weights < 1e-3, 0.0) @ x

    assert of_later_tokens(forward)["kind"] == "scores"


def test_scores_that_are_rectified_are_not_called_filled():
    assert of_later_tokens(lambda model, x: torch.where(scores(x) > 0, scores(x), 0.0).softmax(dim=-1) @ x)["kind"] == (
        "scores"
    )


def test_a_softmax_over_time_of_what_are_no_keys_has_no_name():
    assert of_later_tokens(lambda model, x: x * x.softmax(dim=1))["kind"] == ""


def test_a_row_that_is_reversed_without_harm_is_not_blamed_for_a_mean():
    def forward(model, x):
        states = x.flip(1).flip(1)
        return states.mean(dim=1)

    assert of_padding(forward)["kind"] == "mean"
