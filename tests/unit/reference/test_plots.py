"""The pictures of a finished training: which there are, and that what they show is right."""

import xml.etree.ElementTree as ET
from itertools import pairwise

import numpy as np
import pytest
import torch
from dlf_reference.plots import convolutions, optimisers
from dlf_reference.plots.curves import curves
from dlf_reference.plots.lengths import LengthBin
from dlf_reference.plots.trained import draw
from dlf_reference.training import drawings, inside, inside_texts
from dlf_reference.training.trained import TrainedRun
from matplotlib.image import imread
from torch import nn


class Block(nn.Module):
    """Attention as a learner may write it: `softmax` says which spelling, the padding is not looked at."""

    def __init__(self, softmax):
        super().__init__()
        self.qkv, self.softmax = nn.Linear(8, 24), softmax

    def forward(self, x):
        q, k, v = self.qkv(x).view(*x.shape[:2], 3, 2, 4).permute(2, 0, 3, 1, 4)
        return x + (self.softmax(q @ k.mT) @ v).transpose(1, 2).flatten(2)


class Encoder(nn.Module):
    def __init__(self, softmax=lambda scores: scores.softmax(-1), depth=3):
        super().__init__()
        self.embedding = nn.Embedding(12, 8, padding_idx=0)
        self.blocks = nn.ModuleList(Block(softmax) for _ in range(depth))
        self.head = nn.Sequential(nn.Dropout(0.5), nn.Linear(8, 2))

    def forward(self, tokens):
        x = self.embedding(tokens)
        for block in self.blocks:
            x = block(x)
        return self.head(x.mean(1))


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding, self.lstm, self.head = nn.Embedding(12, 8), nn.LSTM(8, 8, batch_first=True), nn.Linear(8, 2)

    def forward(self, tokens, lengths):
        return self.head(self.lstm(self.embedding(tokens))[0][torch.arange(len(tokens)), lengths - 1])


class OwnConvolution(nn.Module):
    """No nn.Conv2d, no Sequential: a parameter and `unfold`."""

    def __init__(self):
        super().__init__()
        self.kernels = nn.Parameter(torch.randn(4, 1, 3, 3))

    def forward(self, x):
        y = self.kernels.flatten(1) @ nn.functional.unfold(x, 3, padding=1)
        return y.unflatten(2, x.shape[2:])


class OwnNetwork(nn.Module):
    def __init__(self):
        super().__init__()
        self.last = nn.Linear(4, 3)  # registered before what runs first
        self.drawing = OwnConvolution()

    def forward(self, x):
        return self.last(self.drawing(x).relu().mean((2, 3)))


def images(channels):
    """A convolution network that is built the usual way."""
    return nn.Sequential(
        nn.Conv2d(channels, 6, 3, padding=1), nn.ReLU(), nn.Conv2d(6, 5, 3), nn.ReLU(),
        nn.MaxPool2d(4), nn.Conv2d(5, 7, 2), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(7, 3),
    )  # fmt: skip


def image_run(model, channels=1):
    rng = np.random.default_rng(0)
    shape = (20, 12, 12) if channels == 1 else (20, channels, 12, 12)
    labels = rng.integers(0, 3, 20)
    examples = rng.integers(0, 256, shape, np.uint8)
    return TrainedRun(
        "x", model, (2.0, 1.0), (0.4, 0.6), "test", 0.7, labels[::-1], labels, examples, None, ("a", "b", "c")
    )


def text_run(model):
    rng = np.random.default_rng(0)
    counts = np.tile([1, 9, 12, 40], 5)
    tokens = np.where(np.arange(40) < counts[:, None], rng.integers(1, 12, (20, 40)), 0)
    labels, words = rng.integers(0, 2, 20), ("<padding>", "<unknown>", *"abcdefghij")
    return TrainedRun("x", model, (1.0,), (0.5,), "held_out", 0.7, labels, labels, tokens, counts, ("no", "yes"), words)


def valid(path):
    if path.suffix == ".svg":
        return ET.parse(path).getroot().tag.endswith("svg")
    return imread(path).std() > 0.01  # a picture that is not of one colour


@pytest.mark.parametrize(
    ("run", "names"),
    [
        (image_run(object()), {"curves.svg", "confusion.svg", "mistaken.png"}),
        (image_run(images(1)), {"curves.svg", "confusion.svg", "mistaken.png", "filters.png", "activations.png"}),
        (image_run(images(3), 3), {"curves.svg", "confusion.svg", "mistaken.png", "filters.png", "activations.png"}),
        (image_run(OwnNetwork()), {"curves.svg", "confusion.svg", "mistaken.png", "filters.png", "activations.png"}),
        (text_run(Recurrent()), {"curves.svg", "confusion.svg", "lengths.svg"}),
        (text_run(Encoder()), {"curves.svg", "confusion.svg", "lengths.svg", "attention.png", "norms.svg"}),
    ],
    ids=["not torch", "grey", "colour", "own convolution", "recurrent", "encoder"],
)
def test_a_run_gets_the_pictures_that_its_data_and_network_allow(run, names, tmp_path):
    written = draw(run, tmp_path / "new")
    assert {path.name for path in written} == names == {path.name for path in (tmp_path / "new").iterdir()}
    assert all(valid(path) for path in written)


def test_the_curves_say_whose_accuracy_they_show():
    for watched in ("held-out", "test"):
        title = curves([1.0], [0.5], 0.7, watched).axes[1].get_title()
        assert title == f"Accuracy on {watched} examples"


def test_looking_leaves_the_model_as_it_was():
    model = Encoder().train()
    model.head.eval()
    inside_texts.block_norms(model, (torch.tensor([[1, 2]]),))
    assert model.training
    assert not model.head.training
    assert not any(module._forward_hooks for module in model.modules())


def test_the_same_run_gives_the_same_files(tmp_path):
    run = image_run(object())
    for first, second in zip(draw(run, tmp_path / "a"), draw(run, tmp_path / "b"), strict=True):
        assert first.read_bytes() == second.read_bytes()


def test_confusion_counts_true_classes_in_rows():
    counts = drawings.confusion(np.array([0, 0, 1, 2]), np.array([0, 2, 1, 1]), "abcd").arrays["counts"]
    assert counts.tolist() == [[1, 0, 1, 0], [0, 1, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]]


def test_length_bins_hold_every_text_once_and_never_part_equal_lengths():
    rng = np.random.default_rng(0)
    counts = rng.integers(1, 60, 500)
    wrong = rng.random(500) < 0.2
    bins = [LengthBin(*row) for row in drawings.lengths(counts, wrong).arrays["bins"].tolist()]
    assert sum(each.count for each in bins) == 500
    assert sum(each.wrong for each in bins) == wrong.sum()
    assert all(before.longest < after.shortest for before, after in pairwise(bins))
    assert max(each.count for each in bins) < 90  # about 500 / 8
    first = (counts >= bins[0].shortest) & (counts <= bins[0].longest)
    assert (bins[0].count, bins[0].wrong) == (first.sum(), wrong[first].sum())


def test_texts_of_one_length_are_one_bin():
    assert drawings.lengths(np.full(30, 7), np.zeros(30, bool)).arrays["bins"].tolist() == [[7, 7, 30, 0]]


def test_the_interval_of_an_error_is_the_exact_one():
    low, high = LengthBin(1, 5, 20, 0).interval()
    assert low == 0
    assert high == pytest.approx(1 - 0.025 ** (1 / 20))  # (1 − p)^20 = 2.5 %


@pytest.mark.parametrize(
    "softmax",
    [
        lambda scores: scores.softmax(-1),
        lambda scores: torch.softmax(scores, dim=-1),
        lambda scores: nn.functional.softmax(scores, dim=3),
        lambda scores: torch.exp(torch.log_softmax(scores, -1)) * 0 + nn.Softmax(dim=-1)(scores),
    ],
    ids=["method", "torch", "functional", "module"],
)
def test_attention_weights_are_caught_however_softmax_is_spelt(softmax):
    kept = []

    def keeping(scores):
        kept.append(softmax(scores))
        return kept[-1]

    model = Encoder(keeping, depth=2)
    found = inside_texts.caught_weights(model, (torch.tensor([[1, 2, 3, 4, 5]]),))
    assert [each.shape for each in found] == [(2, 5, 5)] * 2
    for mine, theirs in zip(found, kept, strict=True):
        np.testing.assert_array_equal(mine, theirs[0].numpy())


def test_a_softmax_over_queries_or_classes_is_not_attention():
    model = Encoder(lambda scores: scores.softmax(-2))
    assert inside_texts.caught_weights(model, (torch.tensor([[1, 2, 3]]),)) == []
    assert (
        inside_texts.caught_weights(nn.Sequential(nn.Embedding(9, 4), nn.Softmax(-1)), (torch.tensor([[1, 2]]),)) == []
    )


def test_the_text_for_attention_fits_and_is_predicted_right():
    run = text_run(Encoder())
    texts, right = drawings.Texts(run.examples, run.lengths), run.predictions == run.labels
    assert run.lengths[drawings.chosen_text(texts, right)] in (9, 12)


def test_norms_are_those_of_real_tokens_after_each_block():
    model = Encoder().eval()
    tokens = torch.tensor([[1, 2, 0], [3, 4, 5]])
    found = inside_texts.block_norms(model, (tokens,))
    assert [each.name for each in found] == ["blocks.0", "blocks.1", "blocks.2"]
    with torch.no_grad():
        first = model.blocks[0](model.embedding(tokens))
    by_hand = [first[n, t].norm().item() for n, t in ((0, 0), (0, 1), (1, 0), (1, 1), (1, 2))]
    np.testing.assert_allclose(found[0].norms, by_hand, rtol=1e-6)


def test_what_stands_inside_a_block_is_no_block():
    model = nn.Sequential(nn.Embedding(5, 4), nn.Sequential(nn.Linear(4, 4), nn.ReLU()), nn.Linear(4, 2))
    assert inside_texts.block_names(model) == {"0", "1", "2"}


def test_the_first_convolution_is_the_one_that_runs_first():
    model = nn.ModuleDict({"late": nn.Conv2d(6, 2, 3), "early": nn.Conv2d(3, 6, 3)})
    model.forward = lambda x: model["late"](model["early"](x))
    ran = inside.ran_convolutions(model, (torch.zeros(1, 3, 9, 9),))
    assert [each.name for each in ran] == ["early", "late"]
    kernels = inside.first_kernels(model, ran)
    np.testing.assert_array_equal(kernels, model["early"].weight.detach().numpy())


def test_kernels_that_were_not_seen_running_are_found_all_the_same():
    class Bare(OwnConvolution):
        def forward(self, x):
            return super().forward(x).mean((2, 3))

    model = Bare()
    ran = inside.ran_convolutions(model, (torch.zeros(1, 1, 6, 6),))
    assert ran == []
    np.testing.assert_array_equal(inside.first_kernels(model, ran), model.kernels.detach().numpy())


def test_the_later_maps_are_the_last_that_still_show_shapes():
    ran = inside.ran_convolutions(images(1), (torch.zeros(1, 1, 12, 12),))
    assert [each.output.shape[2] for each in ran] == [12, 10, 1]
    assert [each.name for each in inside.shown_maps(ran)] == ["0", "2"]


def test_a_weight_of_zero_is_mid_grey_and_the_largest_black_or_white():
    grey = convolutions.as_pictures(np.array([[[[0.0, 2.0], [-4.0, 1.0]]]]))
    np.testing.assert_allclose(grey, [[[0.5, 0.75], [0.0, 0.625]]])
    assert convolutions.as_pictures(np.zeros((5, 3, 2, 4))).shape == (5, 2, 4, 3)


def test_kernels_of_two_channels_have_no_picture():
    assert drawings.filters(np.ones((4, 2, 3, 3))) is None


def test_curves_of_every_network_are_drawn_with_what_diverged(tmp_path):
    falling = {"SGD": [1 / step for step in range(1, 300)], "Adam": [float("nan")] * 299}
    written = optimisers.compare({"LeNet": falling, "LSTM": {"SGD": [2.0, 1.0]}}, {"LeNet": 0.3}, tmp_path)
    assert [path.name for path in written] == ["optimisers.svg"]
    assert valid(written[0])


def test_a_long_curve_is_drawn_as_means_of_its_parts():
    steps, means = optimisers.smooth(np.arange(1.0, 101.0))
    assert steps.tolist() == means.tolist() == [10.5, 30.5, 50.5, 70.5, 90.5]
    assert optimisers.smooth([3.0, 1.0])[1].tolist() == [3.0, 1.0]


def test_labels_keep_their_order_and_their_distance():
    assert optimisers.spread([0.5, 0.0, 0.45], 0.1) == [0.55, 0.0, 0.45]
