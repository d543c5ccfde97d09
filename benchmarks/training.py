"""An epoch of LeNet through the grader's recipe against a bare PyTorch loop over tensors in memory."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator

import numpy as np
import torch
from dlf_reference.data.quick import digits
from dlf_reference.data.vision import mnist
from dlf_reference.training import images
from torch.nn.functional import cross_entropy

from benchmarks.figure import Figure
from benchmarks.kernels import solution

BATCH, RATE, ROUNDS = 128, 3e-3, 3
FEWER = 12_800  # images an epoch: enough batches, and three rounds take a minute


def measure() -> Iterator[Figure]:
    """One figure, on MNIST where it is, else on digits repeated."""
    torch.set_num_threads(1)
    x, y = _images()
    ours, bare = [], []
    for number in range(ROUNDS + 1):
        times = _recipe(x, y), _bare(x, y)
        if number:
            ours.append(times[0])
            bare.append(times[1])
    yield Figure("LeNet epoch, recipe against a bare loop", statistics.median(ours), statistics.median(bare), 1.1)


def _images() -> tuple[np.ndarray, np.ndarray]:
    if folder := os.environ.get("DLF_DATA"):
        data = mnist(folder)
        return data["x_train"][:FEWER], data["y_train"][:FEWER]
    data = digits(0)
    copies = -(-FEWER // len(data["x_train"]))
    return np.tile(data["x_train"], (copies, 1, 1))[:FEWER], np.tile(data["y_train"], copies)[:FEWER]


def _recipe(x: np.ndarray, y: np.ndarray) -> float:
    """Seconds of one epoch, with all the recipe does beside: schedule, progress; and predictions for ten images."""
    torch.manual_seed(0)
    model = solution("m1_cnn.lenet").LeNet()
    start = time.perf_counter()
    data = {"x_train": x, "y_train": y, "x_test": x[:10]}
    for _ in images.classifier(model, data, epochs=1, batch_size=BATCH, lr=RATE, seed=0, device="cpu"):
        pass
    return time.perf_counter() - start


def _bare(x: np.ndarray, y: np.ndarray) -> float:
    """Seconds of one epoch of the plainest loop over float tensors that were normalised beforehand."""
    torch.manual_seed(0)
    model = solution("m1_cnn.lenet").LeNet().train()
    floats, labels = torch.from_numpy(x).unsqueeze(1).float(), torch.from_numpy(y)
    floats = (floats - floats.mean()) / floats.std()
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE)
    start = time.perf_counter()
    for rows in torch.randperm(len(floats)).split(BATCH):
        optimiser.zero_grad()
        cross_entropy(model(floats[rows]), labels[rows]).backward()
        optimiser.step()
    return time.perf_counter() - start
