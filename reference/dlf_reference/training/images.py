"""The recipe for images in colour or grey, kept as uint8 and normalised a batch at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from dlf_reference.training.common import Array, Data, Progress, chosen_device, pixel_scale, usable_threads, watched
from dlf_reference.training.engine import FEW, Inputs, Plan, complete, fit
from dlf_reference.training.state import State

TEST_BATCH = 1_000


class Images:
    """Images (N, C, H, W), normalised with mean and deviation of the training pixels.

    Args:
        data: "x_…" of "train", "held_out" and "test", uint8 (N, H, W) or (N, C, H, W), and "y_train".
        shift: pixels a training image may move by in each direction, its border mirrored into the gap.
        flip: whether every other training image is mirrored, the others in the next epoch.
    """

    def __init__(self, data: Data, device: torch.device, *, shift: int, flip: bool) -> None:
        self.device, self.shift, self.flip = device, shift, flip
        self.watched = watched(data)
        self.images = {name: _channels(data[f"x_{name}"]) for name in (self.watched, "test")}
        train = _channels(data["x_train"])
        edges = ((0, 0), (0, 0), (shift, shift), (shift, shift))
        self.train = torch.from_numpy(np.pad(train, edges, "reflect") if shift else train).to(device)
        self.size = train.shape[-2:]
        self.labels = torch.from_numpy(data["y_train"]).to(device)
        self.scale = pixel_scale(data["x_train"])
        self.epoch = 0
        self.in_order = False  # whether a batch must lie in memory as its axes say

    def steps(self, batch_size: int) -> int:
        return -(-len(self.labels) // batch_size)

    def order(self, epoch: int, batch_size: int, rng: np.random.Generator) -> Iterator[Array]:
        self.epoch = epoch
        shuffled = rng.permutation(len(self.labels))
        yield from np.array_split(shuffled, range(batch_size, len(shuffled), batch_size))

    def batch(self, rows: Array, rng: np.random.Generator) -> tuple[Inputs, torch.Tensor]:
        chosen = torch.from_numpy(rows).to(self.device, non_blocking=True)
        images = self.train[chosen]
        if self.shift:
            images = self._moved(images, rng)
        if self.flip:
            mirrored = ((chosen + self.epoch) % 2 == 0).view(-1, 1, 1, 1)
            images = torch.where(mirrored, images.flip(3), images)
        return (self._normalised(images),), self.labels[chosen]

    def all(self, name: str) -> Iterator[Inputs]:
        for part in torch.split(torch.from_numpy(self.images[name]), TEST_BATCH):
            yield (self._normalised(part.to(self.device)),)

    def _moved(self, images: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
        """A window of the original size out of each padded image, at a random place."""
        height, width = self.size
        corners = torch.from_numpy(rng.integers(0, 2 * self.shift + 1, (2, len(images))))
        at = corners.to(self.device, non_blocking=True)
        down = at[0][:, None] + torch.arange(height, device=self.device)  # (N, H)
        right = at[1][:, None] + torch.arange(width, device=self.device)  # (N, W)
        across = torch.arange(len(images), device=self.device)[:, None, None]
        windows = images.permute(0, 2, 3, 1)[across, down[:, :, None], right[:, None, :]]  # (N, H, W, C)
        return windows.permute(0, 3, 1, 2)

    def _normalised(self, images: torch.Tensor) -> torch.Tensor:
        mean, deviation = self.scale
        images = images.float().sub_(mean).div_(deviation)
        return _in_order(images) if self.in_order else images


def channels_last(model: Any, images: torch.Tensor) -> bool:
    """Keep channels last in memory, which is faster, unless the model's code needs them first, as `view` does."""
    model.eval()
    with torch.no_grad():
        try:
            model.to(memory_format=torch.channels_last)(images)
        except RuntimeError:
            for part in (*model.parameters(), *model.buffers()):
                part.data = _in_order(part.data)
            return False
    return True


def _in_order(numbers: torch.Tensor) -> torch.Tensor:
    """As its axes say, also where one of length 1 makes both orders the same to PyTorch."""
    return numbers.clone(memory_format=torch.contiguous_format)


def _channels(images: Array) -> Array:
    """Grey images get a channel: (N, H, W) → (N, 1, H, W)."""
    return images[:, None] if images.ndim == 3 else images


def classifier(
    model: Any,
    data: Data,
    *,
    seed: int,
    shift: int = 0,
    flip: bool = False,
    device: str = "auto",
    threads: int = 1,
    state: State | None = None,
    **plan: Any,
) -> Progress:
    """Train a classifier of images; see `Images` and `engine.Plan` for the settings.

    Args:
        model: torch.nn.Module, (N, C, H, W) float32 → logits.
        data: as `Images` takes it.
    """
    torch.set_num_threads(usable_threads(threads))
    where = torch.device(chosen_device(device))
    model.to(where)
    examples = Images(data, where, shift=shift, flip=flip)
    examples.in_order = True
    complete(model, examples)
    examples.in_order = False
    examples.in_order = not channels_last(model, examples.batch(*FEW)[0][0])
    torch.manual_seed(seed)
    return (yield from fit(model, examples, Plan(**plan), where, seed, state))
