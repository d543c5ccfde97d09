"""What recipes share: batches, the scale of images, the device, when to report, and when to stop."""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

Array = np.ndarray
MOST_MAPS = 16  # of one layer that are shown
Data = dict[str, Array]
Progress = Generator[dict[str, Any], None, dict[str, Any]]
REPORT_EVERY = 0.25  # seconds between two reports


def pixel_scale(images: Array) -> tuple[float, float]:
    """Mean and deviation of pixels, from every tenth image: the exact ones would take longer than they are worth."""
    some = images[::10].astype(np.float32)
    return float(some.mean()), float(some.std())


def as_taken(images: Array, examples: Array) -> Array:
    """Images as a network takes them, (n, C, H, W) float32.

    Args:
        images: (n, H, W) or (n, C, H, W), of pixels.
        examples: whose pixels have mean 0 and deviation 1 afterwards.
    """
    mean, deviation = pixel_scale(examples)
    with_channels = images[:, None] if images.ndim == 3 else images
    scaled: Array = (with_channels.astype(np.float32) - mean) / deviation
    return scaled


def falling(lr: float, step: int, steps: int) -> float:
    """The learning rate of a step, from 0, that falls linearly to zero."""
    return lr * (1 - step / steps)


def watched(data: Mapping[str, Array]) -> str:
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


class TrainingError(RuntimeError):
    """A training cannot go on, for something the model or the optimiser does; the text is one line."""


class DivergedError(TrainingError):
    """The loss is no longer a number."""


def check_loss(loss: float, step: int, rate: float, gradients: Iterable[Array]) -> None:
    """Stop a training whose loss is no number any more.

    Args:
        gradients: of the step; looked at only if it must stop.

    Raises:
        DivergedError: it is nan or inf; the text says where, with which learning rate and gradient norm.
    """
    if math.isfinite(loss):
        return
    with np.errstate(over="ignore"):
        norm = math.sqrt(sum(float(np.square(gradient, dtype=np.float64).sum()) for gradient in gradients))
    raise DivergedError(f"the loss is {loss} at step {step} (learning rate {rate:.2g}, gradient norm {norm:.3g})")


class Pace:
    """How far a training is, and when it is time to say so.

    Args:
        total: steps of the whole training.
        done: steps of it that an earlier run has done, in `before` seconds.
    """

    def __init__(self, total: int, done: int = 0, before: float = 0.0) -> None:
        self.total, self.done, self.before = total, done, before
        self.start = self.last = time.monotonic()

    def due(self) -> bool:
        return time.monotonic() - self.last >= REPORT_EVERY

    def seconds(self) -> float:
        return self.before + time.monotonic() - self.start

    def report(self, step: int, epoch: int, loss: float, rate: float) -> dict[str, Any]:
        """Where a training is.

        Args:
            step: of the whole training, from 1.
            rate: the learning rate.
        """
        self.last = time.monotonic()
        left = (self.last - self.start) / (step - self.done) * (self.total - step)
        where = {"fraction": step / self.total, "step": step, "steps": self.total, "epoch": epoch}
        return where | {"loss": loss, "learning_rate": rate, "seconds": self.seconds(), "seconds_left": left}
