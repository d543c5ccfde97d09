"""Two small networks, and the slopes of their losses: what an optimiser of the learner's is tried on.

The networks and their data stay on this side; parameters come in and gradients go out, so the optimiser may be any.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import nn
from torch.func import functional_call
from torch.nn.functional import cross_entropy

from dlf_reference.data.quick import digits
from dlf_reference.training import real_networks

SYMBOLS, LENGTH, SEQUENCES = 4, 4, 512


class SmallCNN(nn.Module):
    """A convolution, a maximum over 2 × 2, a linear layer: 8 × 8 digits to ten classes."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 8, 3, padding=1)
        self.fc = nn.Linear(8 * 4 * 4, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        seen = nn.functional.max_pool2d(torch.relu(self.conv(x)), 2)  # (N, 8, 4, 4)
        logits: torch.Tensor = self.fc(seen.flatten(1))
        return logits


class SmallLSTM(nn.Module):
    """An LSTM whose last state says which symbol came first."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(SYMBOLS, 16, batch_first=True)
        self.fc = nn.Linear(16, SYMBOLS)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        outputs, _ = self.lstm(x)  # (N, T, 16)
        logits: torch.Tensor = self.fc(outputs[:, -1])
        return logits


MODELS: dict[str, type[nn.Module]] = {
    "cnn": SmallCNN,
    "lstm": SmallLSTM,
    "LeNet": real_networks.LeNet,
    "SentimentLSTM": real_networks.SentimentLSTM,
}


def start(model: str, seed: int, folder: str = "") -> dict[str, Any]:
    """The parameters a network starts from, and what it is to learn.

    Args:
        folder: of the data sets, for the networks that are trained on real data.

    Returns:
        "params": arrays, float32; "x" (N, ...) float32 or token ids; "y" (N,) int64.

    Raises:
        DataError: a data set is not there, or not whole.
    """
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    params = [p.detach().numpy().copy() for p in MODELS[model]().parameters()]
    if model in ("LeNet", "SentimentLSTM"):
        x, y = real_networks.examples(model, folder, seed)
    else:
        x, y = _digits(seed) if model == "cnn" else _sequences(seed)
    return {"params": params, "x": x, "y": y}


def slopes(model: str, params: list[np.ndarray], x: np.ndarray, y: np.ndarray) -> dict[str, Any]:
    """The loss on a batch, and its gradient at each parameter.

    Returns:
        "loss", a float; "grads", one array for each parameter.
    """
    network = _network(model)
    leaves = [torch.from_numpy(w).requires_grad_() for w in params]
    named = dict(zip(network.state_dict(), leaves, strict=True))
    loss = cross_entropy(functional_call(network, named, (torch.from_numpy(x),)), torch.from_numpy(y))
    grads = torch.autograd.grad(loss, leaves)
    return {"loss": float(loss.detach()), "grads": [g.numpy() for g in grads]}


_networks: dict[str, nn.Module] = {}


def _network(model: str) -> nn.Module:
    if model not in _networks:
        _networks[model] = MODELS[model]()
    return _networks[model]


def _digits(seed: int) -> tuple[np.ndarray, np.ndarray]:
    data = digits(seed, size=8)
    images = data["x_train"][:, None].astype(np.float32) / 255
    return (images - images.mean()) / images.std(), data["y_train"]


def _sequences(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Random symbols, one-hot; the class of a sequence is its first one."""
    ids = np.random.default_rng(seed).integers(0, SYMBOLS, (SEQUENCES, LENGTH))
    return np.eye(SYMBOLS, dtype=np.float32)[ids], ids[:, 0]
