"""The PyTorch recipes: what they show a model, and when."""

import numpy as np
import pytest
import torch
from dlf_reference.training import numpy_models
from dlf_reference.training.common import DivergedError, TrainingError, check_loss
from dlf_reference.training.images import Images
from dlf_reference.training.images import classifier as images_classifier
from dlf_reference.training.text import PADDING, UNKNOWN, Texts, padded
from dlf_reference.training.text import classifier as text_classifier

CPU = torch.device("cpu")


def texts(count=40, seed=0):
    """Texts that say 2 somewhere if they are of class 1, else 3; lengths differ."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, 9, count)
    labels = rng.integers(0, 2, count)
    rows = [np.concatenate([[3 - label], rng.integers(4, 20, n - 1)]) for n, label in zip(lengths, labels, strict=True)]
    return {"x": np.concatenate(rows).astype(np.uint16), "lengths": lengths, "y": labels}


def text_data():
    return {
        f"{name}_{split}": values
        for at, split in enumerate(("train", "held_out", "test"))
        for name, values in texts(seed=at).items()
    }


class Bag(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = torch.nn.Embedding(20, 2, padding_idx=0)

    def forward(self, tokens):
        return self.embedding(tokens).sum(dim=1)


def finished(recipe):
    reports = []
    while True:
        try:
            reports.append(next(recipe))
        except StopIteration as end:
            return reports, end.value


def test_rows_are_filled_up_with_padding():
    rows = padded(np.array([5, 6, 7], np.uint16), np.array([1, 2]))
    assert rows.tolist() == [[5, PADDING], [6, 7]]


def test_every_text_is_shown_once_an_epoch_with_others_of_its_length():
    data = text_data()
    examples = Texts(data, CPU, lengths_wanted=True, longest=9, forget=0.0)
    batches = list(examples.order(1, 5, np.random.default_rng(0)))
    assert sorted(np.concatenate(batches)) == list(range(40))
    assert len(batches) == examples.steps(5)
    spread = [np.ptp(data["lengths_train"][rows]) for rows in batches]
    assert max(spread) <= 3


def test_a_long_text_gives_a_window_and_a_short_one_all_of_itself():
    data = text_data()
    examples = Texts(data, CPU, lengths_wanted=True, longest=4, forget=0.0)
    rows = np.arange(40)
    (tokens, lengths), labels = examples.batch(rows, np.random.default_rng(0))
    assert tokens.shape == (40, 4)
    assert lengths.tolist() == np.minimum(data["lengths_train"], 4).tolist()
    assert ((tokens != PADDING).sum(dim=1) == lengths).all()
    assert labels.tolist() == data["y_train"].tolist()
    whole = examples.tokens["train"]
    for row, window in enumerate(tokens):
        text, part = whole[row].tolist(), window[: lengths[row]].tolist()
        assert any(text[at : at + len(part)] == part for at in range(len(text)))


def test_forgotten_words_become_unknown_and_padding_stays():
    examples = Texts(text_data(), CPU, lengths_wanted=False, longest=9, forget=1.0)
    (tokens,), _ = examples.batch(np.arange(40), np.random.default_rng(0))
    assert set(tokens.unique().tolist()) == {PADDING, UNKNOWN}


def test_test_texts_are_predicted_once_and_held_out_ones_after_each_epoch():
    data = text_data()
    torch.manual_seed(0)
    reports, result = finished(
        text_classifier(Bag(), data, seed=0, longest=9, epochs=15, batch_size=8, lr=0.1, device="cpu")
    )
    assert sum("held_out" in report for report in reports) == 15
    assert not any("test" in report for report in reports)
    assert (result["test"] == data["y_test"]).mean() > 0.95
    assert result["losses"][-1] < result["losses"][0]


def image_data(count=12):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (count, 3, 4, 4), dtype=np.uint8)
    return {"x_train": images, "y_train": np.arange(count) % 2, "x_test": images[:5]}


def test_images_are_normalised_by_the_training_pixels():
    data = image_data(200)
    (shown,), _ = Images(data, CPU, shift=0, flip=False).batch(np.arange(200), np.random.default_rng(0))
    assert shown.dtype == torch.float32
    assert abs(float(shown.mean())) < 0.1
    assert abs(float(shown.std()) - 1) < 0.1


def test_every_image_is_mirrored_in_every_other_epoch():
    data = image_data()
    examples = Images(data, CPU, shift=0, flip=True)
    shown = []
    for epoch in (1, 2):
        list(examples.order(epoch, 12, np.random.default_rng(0)))
        shown.append(examples.batch(np.arange(12), np.random.default_rng(0))[0][0])
    assert torch.equal(shown[0], shown[1].flip(3))
    assert not torch.equal(shown[0], shown[1])


def test_a_shifted_image_is_a_window_of_the_mirrored_border():
    data = image_data()
    examples = Images(data, CPU, shift=1, flip=False)
    (shown,), _ = examples.batch(np.arange(12), np.random.default_rng(3))
    whole = examples._normalised(examples.train)
    for row in range(12):
        windows = [whole[row, :, top : top + 4, left : left + 4] for top in range(3) for left in range(3)]
        assert any(torch.equal(shown[row], window) for window in windows)


class Exploding(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = torch.nn.Parameter(torch.ones(2))

    def forward(self, x):
        return x.flatten(1)[:, :2] * self.scale * float("nan")


def test_a_loss_that_is_no_number_ends_training_and_says_where():
    recipe = images_classifier(Exploding(), image_data(), seed=0, epochs=1, batch_size=4, lr=0.1, device="cpu")
    with pytest.raises(DivergedError, match=r"the loss is nan at step 1 \(learning rate .*, gradient norm nan\)"):
        finished(recipe)


def test_what_stops_a_training_is_said_even_of_gradients_beyond_all_numbers():
    gradients = [np.array([1e200, 3.0]), np.array([[np.float32(4)]])]
    with pytest.raises(DivergedError, match=r"the loss is inf at step 7 \(learning rate 0.1, gradient norm inf\)"):
        check_loss(float("inf"), 7, 0.1, gradients)
    with pytest.raises(DivergedError, match=r"gradient norm 5\)"):
        check_loss(float("nan"), 7, 0.1, [np.array([3.0]), np.array([[4.0]])])


class Diverging:
    """A NumPy model whose loss becomes nan in the third step."""

    def __init__(self):
        self.steps = 0

    def train_step(self, x, y, lr):
        self.steps += 1
        return float("nan") if self.steps == 3 else 1.0

    def predict(self, x):
        return np.zeros(len(x), np.int64)


def test_a_numpy_model_is_stopped_at_the_very_step():
    model = Diverging()
    with pytest.raises(DivergedError, match=r"the loss is nan at step 3 \(learning rate 0.067, gradient norm 0"):
        finished(numpy_models.classifier(model, image_data(), epochs=2, batch_size=4, lr=0.1, seed=0))
    assert model.steps == 3


class Unregistered(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [torch.nn.Linear(48, 2)]


def test_a_model_without_parameters_is_told_how_layers_are_found():
    recipe = images_classifier(Unregistered(), image_data(), seed=0, epochs=1, batch_size=4, lr=0.1, device="cpu")
    with pytest.raises(TrainingError, match=r"Unregistered has no parameters to train: make layers in __init__"):
        finished(recipe)


def test_the_same_seed_gives_the_same_numbers_bit_for_bit():
    losses = []
    for _ in range(2):
        torch.manual_seed(7)
        _, result = finished(
            text_classifier(
                Bag(), text_data(), seed=3, longest=4, forget=0.2, epochs=2, batch_size=8, lr=0.1, device="cpu"
            )
        )
        losses.append(result["losses"])
    assert losses[0] == losses[1]


class TooLargeForHalf(Bag):
    """Right in float32; its constant does not fit into bfloat16."""

    def forward(self, tokens):
        logits = self.embedding(tokens).sum(dim=1) @ torch.eye(2)
        return logits.masked_fill(torch.zeros_like(logits, dtype=torch.bool), torch.finfo(torch.float32).min)


def test_a_model_that_does_not_bear_half_precision_is_trained_without():
    recipe = text_classifier(
        TooLargeForHalf(), text_data(), seed=0, longest=9, epochs=1, batch_size=8, lr=0.1, half=True, device="cpu"
    )
    _, result = finished(recipe)
    assert np.isfinite(result["losses"]).all()


class Views(torch.nn.Module):
    """Flattens with `view`, which needs numbers in the order of their axes; its head has no shape yet."""

    def __init__(self):
        super().__init__()
        self.conv, self.head = torch.nn.Conv2d(1, 4, 3), torch.nn.LazyLinear(2)

    def forward(self, x):
        return self.head(self.conv(x).relu().view(len(x), -1))


@pytest.mark.parametrize("shift", [0, 1])
def test_a_model_that_views_its_features_and_has_lazy_layers_is_trained(shift):
    rng = np.random.default_rng(1)
    data = {f"x_{name}": rng.integers(0, 255, (12, 6, 6), np.uint8) for name in ("train", "test")}
    data["y_train"] = np.arange(12) % 2
    recipe = images_classifier(Views(), data, seed=1, epochs=1, batch_size=4, lr=1e-3, device="cpu", shift=shift)
    _, last = finished(recipe)
    assert last["test"].shape == (12,)
