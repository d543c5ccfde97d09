"""A training that is taken up again ends with the numbers of one that never stopped, to the last bit."""

import json

import numpy as np
import pytest
import torch
from dlf_reference.training import checkpoint, images, numpy_models, text
from dlf_reference.training.settings import ConfigError
from dlf_reference.training.state import State
from torch import nn

IDENTITY = {"settings.lr": 0.1, "seed": 1, "sha256 m1_cnn/lenet.py": "abc"}


def image_data():
    rng = np.random.default_rng(0)
    return {
        "x_train": rng.integers(0, 256, (20, 3, 8, 8), dtype=np.uint8),
        "y_train": np.arange(20) % 2,
        "x_held_out": rng.integers(0, 256, (5, 3, 8, 8), dtype=np.uint8),
        "x_test": rng.integers(0, 256, (7, 3, 8, 8), dtype=np.uint8),
    }


def convolutional(state, optimiser="sgd"):
    """All that has a state: momentum, batch norm, dropout, changed images, memory in channels-last order."""
    torch.manual_seed(1)
    norm = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU())
    model = nn.Sequential(norm, nn.Dropout(0.3), nn.Flatten(), nn.Linear(144, 2))
    settings = {"epochs": 4, "batch_size": 8, "lr": 0.1, "optimiser": optimiser, "shift": 1, "flip": True}
    return images.classifier(model, image_data(), seed=3, device="cpu", state=state, **settings)


def with_muon(state):
    return convolutional(state, "muon")


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding, self.lstm, self.head = nn.Embedding(20, 6), nn.LSTM(6, 6, batch_first=True), nn.Linear(6, 2)

    def forward(self, tokens):
        return self.head(nn.functional.dropout(self.lstm(self.embedding(tokens))[0][:, -1], 0.2, self.training))


def recurrent(state):
    rng = np.random.default_rng(0)
    data = {f"x_{name}": rng.integers(1, 20, (count, 9)) for name, count in (("train", 30), ("test", 8))}
    torch.manual_seed(1)
    settings = {"epochs": 4, "batch_size": 8, "lr": 0.01, "longest": 6, "forget": 0.1, "max_norm": 1.0}
    data["y_train"] = rng.integers(0, 2, 30)
    return text.classifier(Recurrent(), data, seed=3, device="cpu", state=state, **settings)


class Layer:
    def __init__(self, shape, rng):
        self.W, self.b = rng.normal(size=shape).T, np.zeros(shape[1])  # W in Fortran's order


class OwnNetwork:
    def __init__(self):
        rng = np.random.default_rng(1)
        self.fc1, self.fc2 = Layer((192, 6), rng), Layer((6, 2), rng)

    def train_step(self, x, y, lr):
        hidden = np.tanh(x @ self.fc1.W.T + self.fc1.b)
        scores = hidden @ self.fc2.W.T + self.fc2.b
        slope = scores - np.eye(2)[y]
        back = (slope @ self.fc2.W) * (1 - hidden**2)
        for layer, dL_dy, seen in ((self.fc2, slope, hidden), (self.fc1, back, x)):
            layer.W = layer.W - lr * dL_dy.T @ seen / len(x)
            layer.b -= lr * dL_dy.mean(axis=0)
        return float((slope**2).mean())

    def predict(self, x):
        return (np.tanh(x @ self.fc1.W.T + self.fc1.b) @ self.fc2.W.T + self.fc2.b).argmax(axis=1)


def numpy_network(state):
    settings = {"epochs": 4, "batch_size": 8, "lr": 0.05}
    return numpy_models.classifier(OwnNetwork(), image_data(), seed=3, state=state, **settings)


def followed(reports):
    """The state after each epoch, and what the recipe returns."""
    states = []
    while True:
        try:
            report = next(reports)
        except StopIteration as end:
            return states, end.value
        states += [report["state"]] if "state" in report else []


@pytest.mark.parametrize("training", [convolutional, with_muon, recurrent, numpy_network])
@pytest.mark.parametrize("after", [1, 2, 4])
def test_the_numbers_are_those_of_a_training_that_never_stopped(tmp_path, training, after):
    states, result = followed(training(State()))
    checkpoint.save(tmp_path, states[after - 1], [0.5] * after, IDENTITY)
    state, accuracies = checkpoint.load(tmp_path, IDENTITY)
    later, resumed = followed(training(state))
    assert accuracies == [0.5] * after
    assert resumed["losses"] == result["losses"]
    assert (resumed["test"] == result["test"]).all()
    last = (later or [state])[-1]
    assert json.dumps(last.values) == json.dumps(states[-1].values)
    assert last.arrays.keys() == states[-1].arrays.keys()
    for name, array in states[-1].arrays.items():
        assert array.dtype == last.arrays[name].dtype
        assert array.tobytes() == last.arrays[name].tobytes(), name


@pytest.mark.parametrize("training", [convolutional, numpy_network])
def test_a_state_is_not_changed_by_the_training_that_goes_on(training):
    reports = training(State())
    first = next(report["state"] for report in reports if "state" in report)
    before = {name: array.copy() for name, array in first.arrays.items()}
    followed(reports)
    assert all((first.arrays[name] == before[name]).all() for name in before)


def test_whoever_gives_no_state_is_given_none():
    states, _ = followed(convolutional(None))
    assert states == []


@pytest.fixture
def folder(tmp_path):
    state = State(2, 10, (0.5, 0.25), 1.5, {"model.W": np.arange(6.0).reshape(2, 3)}, {"rng": {"state": 2**100}})
    checkpoint.save(tmp_path, state, [0.1, 0.2], IDENTITY)
    return tmp_path


def test_a_checkpoint_gives_back_what_was_saved(folder):
    state, accuracies = checkpoint.load(folder, IDENTITY)
    assert (state.epoch, state.step, state.losses, state.seconds) == (2, 10, (0.5, 0.25), 1.5)
    assert state.values == {"rng": {"state": 2**100}}
    assert (state.arrays["model.W"] == np.arange(6.0).reshape(2, 3)).all()
    assert accuracies == [0.1, 0.2]
    assert [file.name for file in folder.iterdir()] == [checkpoint.NAME]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"settings.lr": 0.2}, "is of another training: settings.lr was 0.1 and is 0.2, and a resumed training"),
        ({"seed": 2}, "is of another training: seed was 1 and is 2"),
        ({"sha256 m1_cnn/lenet.py": "abd"}, "is of another training: m1_cnn/lenet.py has changed"),
        ({"settings.epochs": 3}, "is of another training: settings.epochs was None and is 3"),
    ],
)
def test_a_checkpoint_of_another_training_is_refused(folder, change, message):
    with pytest.raises(ConfigError, match=message):
        checkpoint.load(folder, IDENTITY | change)


@pytest.mark.parametrize("part", ["the first byte", "a byte of the header", "the last byte", "the end"])
def test_a_damaged_checkpoint_is_refused(folder, part):
    file = folder / checkpoint.NAME
    content = bytearray(file.read_bytes())
    if part == "the end":
        del content[-5:]
    else:
        content[{"the first byte": 0, "a byte of the header": content.find(b"0.25"), "the last byte": -1}[part]] ^= 1
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=r"checkpoint.safetensors is damaged .*leave out --resume to start anew"):
        checkpoint.load(folder, IDENTITY)


def test_a_save_that_fails_leaves_the_checkpoint_before_it(folder, monkeypatch):
    def broken(*args, **kwargs):
        raise OSError("no space left")

    monkeypatch.setattr("pathlib.Path.write_bytes", broken)
    with pytest.raises(OSError, match="no space"):
        checkpoint.save(folder, State(3), [], IDENTITY)
    assert checkpoint.load(folder, IDENTITY)[0].epoch == 2


def test_an_unfinished_training_is_one_whose_record_is_not_written_yet(folder):
    assert checkpoint.unfinished(folder)
    checkpoint.write(folder / "record.json", b"{}")
    assert not checkpoint.unfinished(folder)


def test_a_training_never_replaces_another(tmp_path, capsys):
    folder = tmp_path / "runs"
    assert checkpoint.place(folder, resume=False) == folder
    folder.mkdir()
    (folder / "log.jsonl").touch()  # it never got to the end of an epoch
    assert checkpoint.place(folder, resume=False) == folder
    (folder / checkpoint.NAME).touch()
    assert checkpoint.place(folder, resume=False) == folder / "2"
    assert "holds an unfinished training: --resume goes on with it; this one goes into" in capsys.readouterr().out
    (folder / "2").mkdir()
    (folder / "2" / "record.json").touch()
    assert checkpoint.place(folder, resume=False) == folder / "3"
    assert "holds a training, which is kept" in capsys.readouterr().out
    assert checkpoint.place(folder, resume=True) == folder
    (folder / "2" / checkpoint.NAME).touch()
    assert checkpoint.place(folder, resume=True) == folder / "2"
