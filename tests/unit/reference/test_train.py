"""What `dlf-train` says to a person when something is not as it must be."""

import sys
from importlib import import_module

import numpy as np
import pytest
import torch
from dlf_reference.training.cli import main
from dlf_reference.training.config import load, of_the_zoo

CONFIG = """
id: digits
model: model:Small
data: quick:digits
recipe: images:classifier
target: 0.8
settings: {epochs: 2, batch_size: 64, lr: 1.0e-2}
"""
MODEL = """
import torch
from torch import nn

class Small(nn.Module):
    def __init__(self, width: int = 16, dropout: float = 0.1):
        super().__init__()
        self.layers = nn.Sequential(
            nn.MaxPool2d(3), nn.Flatten(), nn.Linear(81, width), nn.ReLU(), nn.Dropout(dropout), nn.Linear(width, 10)
        )

    def forward(self, x):
        return self.layers(x)

class Hidden(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(784, 10)]

    def forward(self, x):
        return self.layers[0](x.flatten(1))

class Exploding(Small):
    def forward(self, x):
        return super().forward(x) * float("inf")

class Greedy(Small):
    def forward(self, x):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB.")

class Elsewhere(Small):
    def forward(self, x):
        raise RuntimeError("Expected all tensors to be on the same device, but got 2 of them")

class Unwritten(Small):
    def forward(self, x):
        raise NotImplementedError("m1.small")

class Mistaken(Small):
    def forward(self, x):
        return self.layer(x)
"""


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A tree of one file, and the config that trains it; what importing it changes is undone."""
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "model.py").write_text(MODEL)
    (tmp_path / "digits.yaml").write_text(CONFIG)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setenv("DLF_DATA", str(tmp_path / "data"))
    deterministic = torch.are_deterministic_algorithms_enabled()
    yield tmp_path
    torch.use_deterministic_algorithms(deterministic)
    sys.modules.pop("model", None)


def train(*arguments):
    return main(["digits.yaml", "--tree", "tree", "--device", "cpu", *arguments])


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        (["epochs=many"], 2, "settings.epochs: expected a whole number, got 'many'"),
        (["model.widht=3"], 2, "model.widht is unknown (did you mean width?): expected one of width, dropout"),
        (["model.dropout=no"], 2, "model.dropout: expected a number, got False"),
        (["model=model:Large"], 2, "model: model defines no Large"),
        (["model=modle:Small"], 2, "model: expected module:Class of the tree, got 'modle:Small'"),
        (["data=quick:mnist"], 2, "data: expected module:function of dlf_reference.data, got 'quick:mnist'"),
        (["data=vision:mnist"], 2, "dlf-data verify says more, dlf-data get fetches it"),
        (["--resume"], 2, "runs/digits holds no checkpoint.safetensors: one is written after each epoch; leave out"),
        (["--out", "digits.yaml"], 1, "File exists: 'digits.yaml'"),
        (["--tree", "exercise"], 2, "--tree exercise: expected a folder such as exercises or solutions"),
        (["model=model:Hidden"], 1, "Hidden has no parameters to train: make layers in __init__, as attributes of"),
        (["model=model:Exploding"], 1, "the loss is nan at step 1 (learning rate 0.0004, gradient norm nan)"),
        (["model=model:Greedy"], 1, "lower batch_size, free the GPU of other work, or train with --device cpu"),
        (["model=model:Elsewhere"], 1, "make a tensor where the input is: torch.zeros(…, device=x.device), or"),
        (["model=model:Unwritten"], 1, "tree/model.py:37: not written yet"),
        (["model=model:Mistaken"], 1, "tree/model.py:41: AttributeError: 'Mistaken' object has no attribute 'layer'"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(tree, capsys, changes, code, message):
    assert train(*changes) == code
    said = capsys.readouterr().err
    assert said.startswith("dlf-train: ")
    assert message in said
    assert said.count("\n") == 1


def test_resuming_with_another_file_is_refused(tree, capsys):
    assert train("epochs=1", "target=0.1") == 0
    (tree / "tree" / "model.py").write_text(MODEL + "# changed\n")
    assert train("epochs=1", "target=0.1", "--resume") == 2
    assert "is of another training: model.py has changed, and a resumed training gives" in capsys.readouterr().err


REBINDING = """
import numpy as np

class SGD:
    def __init__(self, params, lr=0.01, momentum=0.0, nesterov=False):
        self.params, self.lr = params, lr

    def step(self, grads):
        self.params[:] = [p - self.lr * g for p, g in zip(self.params, grads)]
"""


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (REBINDING.replace("params[:]", "params"), "SGD.step put new arrays into params"),
        (
            REBINDING.replace("[p - self.lr * g", "[p.__isub__(float('nan') * g)"),
            "SGD on LeNet: the loss is nan at step 2",
        ),
    ],
)
def test_an_optimiser_that_goes_wrong_in_the_comparison_is_named(tree, capsys, monkeypatch, source, message):
    images = np.random.default_rng(0).normal(size=(64, 1, 28, 28)).astype(np.float32)
    (tree / "tree" / "m4_optimisers").mkdir()
    (tree / "tree" / "m4_optimisers" / "__init__.py").touch()  # a folder without one gives way to a package anywhere
    (tree / "tree" / "m4_optimisers" / "sgd.py").write_text(source)
    from dlf_reference.training import real_networks

    monkeypatch.setattr(real_networks, "examples", lambda *args: (images, np.arange(64) % 10))
    for name in [name for name in sys.modules if name.startswith("m4_optimisers")]:  # another test's
        monkeypatch.delitem(sys.modules, name)
    try:
        assert main(["m4.compare", "steps=3", "--tree", "tree"]) == 1
    finally:
        for name in [name for name in sys.modules if name.startswith("m4_optimisers")]:
            del sys.modules[name]
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--resume", "--tensorboard", "--model=zoo"])
def test_the_comparison_says_what_it_does_not_keep(tree, capsys, option):
    assert main(["m4.compare", "--tree", "tree", option]) == 2
    assert "leave out --resume, --tensorboard and --model" in capsys.readouterr().err


def test_a_milestone_without_a_model_in_the_zoo_says_which_have_one(tree, capsys):
    assert main(["m1.digits", "--model", "zoo"]) == 2
    assert "m1.digits has no model there; m1.cifar10, m2.imdb have one" in capsys.readouterr().err


@pytest.mark.parametrize("milestone", ["m1.cifar10", "m2.imdb"])
def test_the_zoo_has_the_model_that_a_config_names(milestone):
    module, _, name = of_the_zoo(load(milestone)).model.partition(":")
    assert issubclass(getattr(import_module(module), name), torch.nn.Module)


def test_a_half_downloaded_data_set_is_said_in_one_line(tree, capsys):
    raw = tree / "data" / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for split, count in (("train", 60_000), ("t10k", 10_000)):
        head = b"\0\0\x08\x03" + b"".join(n.to_bytes(4) for n in (count, 28, 28))
        (raw / f"{split}-images-idx3-ubyte").write_bytes(head + bytes(1000))
        (raw / f"{split}-labels-idx1-ubyte").write_bytes(b"\0\0\x08\x01" + count.to_bytes(4) + bytes(count))
    assert train("data=vision:mnist") == 2
    said = capsys.readouterr().err
    assert said.startswith("dlf-train: MNIST in ")
    assert said.endswith("; dlf-data verify says more, dlf-data get fetches it\n")
