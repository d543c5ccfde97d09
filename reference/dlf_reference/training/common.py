"""What recipes share: batches, the scale of images, the device, and when it is time to report."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Generator, Iterator
from typing import Any

import numpy as np

Array = np.ndarray
Data = dict[str, Array]
Progress = Generator[dict[str, Any], None, dict[str, Any]]
REPORT_EVERY = 0.25  # seconds between two reports


def pixel_scale(images: Array) -> tuple[float, float]:
    """Mean and deviation of pixels, from every tenth image: the exact ones would take longer than they are worth."""
    some = images[::10].astype(np.float32)
    return float(some.mean()), float(some.std())


def watched(data: Data) -> str:
    """Which examples show how training goes: those kept back for it, or where there are none the test examples."""
    return "held_out" if "x_held_out" in data else "test"


def batches(count: int, size: int, rng: np.random.Generator) -> Iterator[Array]:
    """Row numbers of one epoch, shuffled, `size` at a time."""
    order = rng.permutation(count)
    for start in range(0, count, size):
        yield order[start : start + size]


def chosen_device(wanted: str) -> str:
    """The device asked for; "auto" takes a GPU where there is one."""
    import torch

    if wanted != "auto":
        return wanted
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def usable_threads(wanted: int) -> int:
    """The number asked for; 0 takes as many as this process may use."""
    if wanted:
        return wanted
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


class Pace:
    """How far a training is, and when it is time to say so."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.start = self.last = time.monotonic()

    def due(self) -> bool:
        return time.monotonic() - self.last >= REPORT_EVERY

    def seconds(self) -> float:
        return time.monotonic() - self.start

    def report(self, step: int, epoch: int, loss: float) -> dict[str, Any]:
        self.last = time.monotonic()
        left = self.seconds() / step * (self.total - step)
        return {"fraction": step / self.total, "epoch": epoch, "loss": loss, "seconds_left": left}
