"""Recipes for models that continue a text: `copy`, on rows that say everything twice, and `texts`, on real ones."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from dlf_reference.training.common import Array, Data, Progress, batches, chosen_device, usable_threads, watched
from dlf_reference.training.continued import Continued
from dlf_reference.training.engine import Inputs, Plan, fit, precision
from dlf_reference.training.settings import Count, Share
from dlf_reference.training.state import State

END = 10  # the id between two texts, as `data.language` writes it
TEST_TOKENS = 16_384  # of a batch when predicting


class Rows:
    """Rows of which the end follows from the beginning."""

    watched = "test"

    def __init__(self, data: Data, device: torch.device) -> None:
        self.rows = torch.from_numpy(data["x_train"]).to(device)
        self.test = torch.from_numpy(data["x_test"]).to(device)
        self.last = data["x_train"].shape[1] // 2

    def steps(self, batch_size: int) -> int:
        return -(-len(self.rows) // batch_size)

    def order(self, epoch: int, batch_size: int, rng: np.random.Generator) -> Iterator[Array]:
        return batches(len(self.rows), batch_size, rng)

    def batch(self, rows: Array, rng: np.random.Generator) -> tuple[Inputs, torch.Tensor]:
        chosen = self.rows[torch.from_numpy(rows).to(self.rows.device)]
        return (chosen[:, :-1],), chosen[:, -self.last :].flatten()

    def all(self, name: str) -> Iterator[Inputs]:
        for part in torch.split(self.test, 200):
            yield (part,)


def copy(
    model: Any,
    data: Data,
    *,
    seed: int,
    device: str = "auto",
    threads: int = 1,
    state: State | None = None,
    **plan: Any,
) -> Progress:
    """Train a model to say again what it has read; see `data.quick.copying` and `engine.Plan`.

    Returns:
        "test": the most likely symbol at each place of the second half, row by row, (N · 8,).
    """
    torch.set_num_threads(usable_threads(threads))
    where = torch.device(chosen_device(device))
    torch.manual_seed(seed)
    rows = Rows(data, where)
    return (yield from fit(Continued(model.to(where), rows.last), rows, Plan(**plan), where, seed, state))


class Windows:
    """Windows of the training texts, which stand one after the other; whole texts to predict.

    Args:
        length: tokens of a window.
        share: of the windows that an epoch uses, drawn anew in each.
    """

    def __init__(self, data: Data, device: torch.device, length: int, share: float) -> None:
        self.device, self.length, self.share = device, length, share
        self.watched = watched(data)
        self.stream = torch.from_numpy(data["x_train"].astype(np.int64)).to(device)
        self.texts = {name: text_rows(data, name) for name in {self.watched, "test"}}

    def _count(self) -> int:
        return max(1, int(self.share * ((len(self.stream) - 1) // self.length - 1)))

    def steps(self, batch_size: int) -> int:
        return -(-self._count() // batch_size)

    def order(self, epoch: int, batch_size: int, rng: np.random.Generator) -> Iterator[Array]:
        shift, all_of_them = rng.integers(self.length), (len(self.stream) - 1) // self.length - 1
        chosen = rng.permutation(all_of_them)[: self._count()]
        for start in range(0, len(chosen), batch_size):
            yield shift + self.length * chosen[start : start + batch_size]

    def batch(self, rows: Array, rng: np.random.Generator) -> tuple[Inputs, torch.Tensor]:
        places = torch.from_numpy(rows[:, None] + np.arange(self.length + 1)).to(self.device)
        tokens = self.stream[places]
        return (tokens[:, :-1],), tokens[:, 1:].flatten()

    def all(self, name: str) -> Iterator[Inputs]:
        """Batches of (tokens (N, T + 1) with `END` before and behind, which places are predicted (N, T))."""
        for tokens, lengths in self.texts[name]:
            real = torch.arange(tokens.shape[1] - 1) < lengths[:, None]
            yield tokens.to(self.device), real.to(self.device)


def text_rows(data: Data, name: str) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Texts in their order, as batches of rows that begin with `END` and are filled up with it, and their lengths."""
    lengths = data[f"lengths_{name}"]
    ends = np.cumsum(lengths)
    found, first = list[tuple[torch.Tensor, torch.Tensor]](), 0
    while first < len(lengths):
        last = first + 1
        while last < len(lengths) and (last + 1 - first) * int(lengths[first : last + 1].max()) <= TEST_TOKENS:
            last += 1
        some = lengths[first:last]
        rows = np.full((len(some), int(some.max()) + 1), END, np.int64)
        for row, (end, length) in enumerate(zip(ends[first:last], some, strict=True)):
            rows[row, 1 : length + 1] = data[f"x_{name}"][end - length : end]
        found.append((torch.from_numpy(rows), torch.from_numpy(some)))
        first = last
    return found


def texts(
    model: Any,
    data: Data,
    *,
    seed: int,
    length: Count = 128,
    share: Share = 1.0,
    device: str = "auto",
    threads: int = 1,
    state: State | None = None,
    **plan: Any,
) -> Progress:
    """Train a model to continue texts; see `Windows` and `engine.Plan` for the settings.

    Returns:
        "test": the bits that each token of the test texts takes, (tokens,) float32, text by text.
    """
    torch.set_num_threads(usable_threads(threads))
    where = torch.device(chosen_device(device))
    torch.manual_seed(seed)
    windows = Windows(data, where, length, share)
    return (yield from fit(Continued(model.to(where)), windows, Plan(**plan), where, seed, state, bits_of_tokens))


def bits_of_tokens(model: Any, rows: Iterator[Inputs], plan: Plan, device: torch.device) -> Array:
    """−log2 of the probability of each token that follows, in evaluation mode."""
    model.eval()
    found = list[torch.Tensor]()
    with torch.no_grad():
        for tokens, real in rows:
            with precision(plan, device):
                logits = model(tokens[:, :-1])
            nats = cross_entropy(logits.float(), tokens[:, 1:].flatten(), reduction="none")
            found.append(nats[real.flatten()] / math.log(2))
    bits: Array = torch.cat(found).cpu().numpy()
    return bits


def next_logits(model: Any, rows: Array, lengths: Array) -> Array:
    """The logits of what follows the first so many tokens of each row, (N, K) float32, in evaluation mode."""
    model.eval()
    device = next(model.parameters()).device
    with torch.no_grad():
        logits = model(torch.from_numpy(rows).to(device))
        last = logits[torch.arange(len(rows), device=device), torch.from_numpy(lengths - 1).to(device)]
    found: Array = last.float().cpu().numpy()
    return found
