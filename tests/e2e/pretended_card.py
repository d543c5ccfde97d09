"""Every recipe on a GPU, as far as that can be tried without one.

A tensor of `OnCard` says that it lies on a card and keeps its numbers on the CPU, so whole recipes run, those that cut
a batch by its longest text included, for which PyTorch's own fake tensors lack the numbers. An operation that mixes a
card's tensors with the CPU's raises what CUDA would raise, and every wait of the CPU for the card is counted.

It runs as a program, for the device must be there before the first backward; test_on_a_card.py reads what it says.

Two names of the device: "cuda" for the recipes' first forward (backward needs a context, and without a card there is
none), and "card", which PyTorch lets a program define, for whole trainings, backward and optimiser included. Left to a
real card: its kernels, its memory, bfloat16, and layouts that only cuDNN takes.
"""

import json
import sys
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from unittest.mock import patch

import numpy as np
import torch
from dlf_reference.training import config as configs
from dlf_reference.training import engine
from dlf_reference.training.common import Pace
from dlf_reference.training.session import model_class
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten, tree_map_only
from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

SOLUTIONS = Path(__file__).parents[2] / "solutions"
READS = ("_local_scalar_dense", "nonzero", "equal", "masked_select", "unique_consecutive", "_unique2", "bincount")
MAY_MIX = ("copy_", "_to_copy")  # and a tensor of one number, and an index


class OnCard(torch.Tensor):
    """Numbers that are said to lie on a card."""

    @staticmethod
    def __new__(cls, held, device):
        wide = {"dtype": held.dtype, "device": device, "storage_offset": held.storage_offset()}
        return torch.Tensor._make_wrapper_subclass(cls, held.shape, strides=held.stride(), **wide)

    def __init__(self, held, device):
        self.held = held

    def __repr__(self, **_):
        return f"OnCard({self.held})"

    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
        return run(func, args, kwargs or {})


class Card(TorchDispatchMode):
    """A machine with a card of this name.

    Attributes:
        waits: how often the CPU waited for it, by what it asked.
    """

    here = None

    def __init__(self, name):
        super().__init__()
        self.device, self.waits = torch.device(name, 0), Counter()

    def __enter__(self):
        Card.here = self
        return super().__enter__()

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        return run(func, args, kwargs or {})


def lstm_cell(input_gates, hidden_gates, cx, input_bias=None, hidden_bias=None):
    """What a card computes in one kernel that the CPU has not."""
    gates = input_gates + hidden_gates + (0 if input_bias is None else input_bias + hidden_bias)
    i, f, g, o = gates.chunk(4, 1)
    i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()
    cy = f * cx + i * g
    return o * cy.tanh(), cy, torch.cat([i, f, g, o], 1)


def lstm_cell_backward(grad_hy, grad_cy, cx, cy, workspace, has_bias):
    """Its gradients: of the gates, of the state before, of a bias."""
    (i, f, g, o), t = workspace.chunk(4, 1), cy.tanh()
    dh = torch.zeros_like(cy) if grad_hy is None else grad_hy
    dc = dh * o * (1 - t * t) + (0 if grad_cy is None else grad_cy)
    parts = [dc * g * i * (1 - i), dc * cx * f * (1 - f), dc * i * (1 - g * g), dh * t * o * (1 - o)]
    gates = torch.cat(parts, 1)
    return gates, dc * f, gates.sum(0) if has_bias else None


KERNELS = {"_thnn_fused_lstm_cell": lstm_cell, "_thnn_fused_lstm_cell_backward_impl": lstm_cell_backward}


def run(func, args, kwargs):
    """Do on the CPU what a card would do, and complain where it would."""
    card, kwargs, name = Card.here, dict(kwargs), func._schema.name.removeprefix("aten::")
    given = [part for part in tree_flatten((args, kwargs))[0] if isinstance(part, torch.Tensor)]
    there = [tensor for tensor in given if isinstance(tensor, OnCard)]
    wanted = kwargs.get("device")
    on_card = bool(there) if wanted is None else torch.device(wanted).type == card.device.type
    strangers = [t for t in given if not isinstance(t, OnCard) and (t.ndim or t.numel() != 1)]
    if name == "index" and there and isinstance(args[0], OnCard):  # CUDA takes an index from the CPU
        strangers = []
    if there and strangers and name not in MAY_MIX:
        raise RuntimeError(f"{name}: expected all tensors to be on the same device, found {card.device} and cpu")
    leaves = name in MAY_MIX and there and not (on_card and isinstance(args[0], OnCard) and len(there) == len(given))
    if leaves and not (name == "copy_" and isinstance(args[0], OnCard)):
        card.waits[name] += not on_card or name == "copy_"
    masks = [t for t in there if t.dtype == torch.bool] if name in ("index", "index_put_") else []
    if there and (name in READS or masks):
        card.waits[name] += 1
    if wanted is not None:
        kwargs["device"] = torch.device("cpu")
        kwargs.pop("non_blocking", None)
    plain_args, plain_kwargs = tree_map_only(OnCard, lambda tensor: tensor.held, (args, kwargs))
    found = KERNELS.get(name, func)(*plain_args, **plain_kwargs)
    if name == "copy_" or not on_card:
        return args[0] if name == "copy_" else found
    same = {id(tensor.held): tensor for tensor in there}  # what is changed in place stays the tensor that it was

    def wrapped(tensor):
        return same[id(tensor)] if id(tensor) in same else OnCard(tensor, card.device)

    return tree_map_only(torch.Tensor, wrapped, found)


def image_data(channels, side, classes=10, count=16):
    rng = np.random.default_rng(0)
    parts = {"train": count, "held_out": 2, "test": 2}
    shapes = {name: (rows, channels, side, side) for name, rows in parts.items()}
    x = {f"x_{name}": rng.integers(0, 256, shape, dtype=np.uint8) for name, shape in shapes.items()}
    return x | {"y_train": rng.integers(0, classes, count)}


def text_data(classes, words=50, count=16):
    rng = np.random.default_rng(0)
    lengths = {"train": rng.integers(1, 20, count), "held_out": rng.integers(1, 20, 2), "test": rng.integers(1, 20, 2)}
    found = {f"lengths_{name}": values for name, values in lengths.items()}
    found |= {f"x_{name}": rng.integers(2, words, values.sum()).astype(np.uint16) for name, values in lengths.items()}
    return found | {"y_train": rng.integers(0, classes, count)}


DATA = {
    "m1.mnist": lambda: image_data(1, 28),
    "m1.cifar10": lambda: image_data(3, 32),
    "m2.imdb": lambda: text_data(2),
    "m3.ag_news": lambda: text_data(4),
    "m6.ag_news": lambda: text_data(4, count=40),
}
TRAININGS = [(name, of) for name in DATA for of in ("solution", *(["zoo"] if configs.load(name).zoo else []))]


def recipe(name, of, device, batch_size=8):
    """A milestone's training on a small data set, begun on a device."""
    config = configs.load(name)
    kind, arguments = model_class(configs.of_the_zoo(config) if of == "zoo" else config)
    data = DATA[name]()
    if "lengths_train" in data:
        arguments |= {"vocab_size": 50} | ({"num_layers": 1} if name.startswith("m6") else {})
    torch.manual_seed(0)
    model = kind(**arguments)
    settings = config.settings | {"epochs": 1, "batch_size": batch_size, "threads": 1}
    if name.startswith("m6"):
        settings["length"] = 16
    return configs.function("training", config.recipe, "recipe")(model, data, seed=0, device=device, **settings)


def finished(reports):
    while True:
        try:
            next(reports)
        except StopIteration as end:
            return end.value


class BackwardError(Exception):
    """So far, and no further."""


def stop(*_):
    raise BackwardError


def trained(name, of):
    """What a training waited for in an epoch of two steps and in one of four, or more, and its losses."""
    waits, losses = [], []
    with patch.object(Pace, "due", lambda pace: False):  # a report waits, four times a second
        for batch_size in (8, 4):
            with Card("card") as card:
                losses += finished(recipe(name, of, "card", batch_size))["losses"]
            waits.append(card.waits)
    return {"waits": waits, "losses": losses}


def forward_on_cuda(name, of):
    """Whether the recipe comes as far as backward on a device "cuda"."""
    off = torch.backends.cudnn.flags(enabled=False)
    plain = patch.object(engine, "precision", lambda plan, device: nullcontext())  # autocast asks for a card
    until = patch.object(torch.Tensor, "backward", stop)
    driver = patch.object(torch.cuda, "_lazy_init", lambda: None)
    torch._C._ensureCUDADeviceGuardSet()  # as PyTorch's own fake tensors do
    torch.__future__.set_overwrite_module_params_on_conversion(True)
    with Card("cuda"), off, plain, until, driver:
        try:
            next(recipe(name, of, "cuda"))
        except BackwardError:
            return True
    return False


class Mixing(torch.nn.Module):
    """Makes a tensor in forward where there is no card."""

    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(4, 4)

    def forward(self, x):
        return self.layer(x) + torch.ones(4)


def complaint():
    """What a model that mixes devices is told."""
    with Card("card") as card:
        try:
            Mixing().to(card.device)(torch.ones(2, 4, device=card.device))
        except RuntimeError as error:
            return str(error)
    return ""


def reads():
    """How often each of these makes the CPU wait."""
    found = {}
    for name in ("item", "cpu", "nonzero", "__bool__", "clone"):
        with Card("card") as card:
            getattr(torch.ones((), device=card.device), name)()
        found[name] = sum(card.waits.values())
    return found


def main():
    _setup_privateuseone_for_python_backend("card")
    torch.set_num_threads(1)
    sys.path.insert(0, str(SOLUTIONS))
    card = {f"{name} {of}": trained(name, of) for name, of in TRAININGS}
    said = {"complaint": complaint(), "reads": reads()}
    cuda = {f"{name} {of}": forward_on_cuda(name, of) for name, of in TRAININGS}
    print(json.dumps({"card": card, "cuda": cuda} | said))


if __name__ == "__main__":
    main()
