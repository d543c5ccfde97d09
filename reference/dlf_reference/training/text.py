"""Recipes for real texts, given as token numbers one after the other with their lengths."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from dlf_reference.training.common import Array, Data, Progress, chosen_device, usable_threads, watched
from dlf_reference.training.engine import Inputs, Plan, fit
from dlf_reference.training.state import State

PADDING, UNKNOWN = 0, 1  # as the tokeniser numbers them
TEST_TOKENS = 64_000  # of a batch when predicting: long texts come in smaller batches
SORTED = 32  # batches that are sorted by length together


class Texts:
    """Rows of tokens, on the device, batched with others of about their length, so that little is padding.

    Args:
        lengths_wanted: hand the lengths to the model as well.
        longest: tokens of a training text that are used; of a longer one, a window at a random place.
        forget: share of the words that become unknown in training, so that none is relied upon.
    """

    def __init__(
        self,
        data: Data,
        device: torch.device,
        *,
        lengths_wanted: bool,
        longest: int,
        forget: float,
    ) -> None:
        self.device, self.lengths_wanted, self.longest, self.forget = device, lengths_wanted, longest, forget
        self.watched = watched(data)
        rows = {name: _rows(data, name) for name in ("train", "test", self.watched)}
        self.tokens = {name: tokens.to(device) for name, (tokens, _) in rows.items()}
        self.lengths = {name: lengths for name, (_, lengths) in rows.items()}  # on the CPU, where batches are made up
        self.labels = torch.from_numpy(data["y_train"]).to(device)

    def steps(self, batch_size: int) -> int:
        return -(-len(self.labels) // batch_size)

    def order(self, epoch: int, batch_size: int, rng: np.random.Generator) -> Iterator[Array]:
        shuffled = rng.permutation(len(self.labels))
        lengths = self.lengths["train"].numpy().clip(max=self.longest)
        found = list[Array]()
        for part in np.array_split(shuffled, range(SORTED * batch_size, len(shuffled), SORTED * batch_size)):
            by_length = part[np.argsort(lengths[part], kind="stable")]
            found += np.array_split(by_length, range(batch_size, len(by_length), batch_size))
        for at in rng.permutation(len(found)):
            yield found[at]

    def batch(self, rows: Array, rng: np.random.Generator) -> tuple[Inputs, torch.Tensor]:
        lengths = self.lengths["train"][rows]
        width = int(lengths.clamp(max=self.longest).max())
        starts = rng.integers(0, (lengths - self.longest).clamp(min=0).numpy(), endpoint=True)
        places = self._sent(starts[:, None] + np.arange(width))  # (N, T)
        chosen = self._sent(rows)
        tokens = self.tokens["train"][chosen].long().gather(1, places)
        if self.forget:
            lost = self._sent(rng.random(tokens.shape, dtype=np.float32) < self.forget)
            tokens = torch.where(lost & (tokens != PADDING), UNKNOWN, tokens)
        return self._inputs(tokens, lengths.clamp(max=self.longest)), self.labels[chosen]

    def all(self, name: str) -> Iterator[Inputs]:
        tokens, lengths = self.tokens[name], self.lengths[name]
        size = max(1, TEST_TOKENS // tokens.shape[1])
        for start in range(0, len(tokens), size):
            longest = int(lengths[start : start + size].max())
            yield self._inputs(tokens[start : start + size, :longest].long(), lengths[start : start + size])

    def _inputs(self, tokens: torch.Tensor, lengths: torch.Tensor) -> Inputs:
        return (tokens, lengths.to(self.device, non_blocking=True)) if self.lengths_wanted else (tokens,)

    def _sent(self, array: Array) -> torch.Tensor:
        return torch.from_numpy(array).to(self.device, non_blocking=True)


def _rows(data: Data, name: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Texts as rows of one width, and their lengths."""
    tokens = data[f"x_{name}"]
    if tokens.ndim == 2:
        return torch.from_numpy(tokens), torch.from_numpy((tokens != PADDING).sum(axis=1))
    lengths = data[f"lengths_{name}"]
    return padded(tokens, lengths), torch.from_numpy(lengths)


def padded(tokens: Array, lengths: Array) -> torch.Tensor:
    """Texts one after the other → rows filled up with padding, (N, longest) int32."""
    rows = np.full((len(lengths), int(lengths.max())), PADDING, np.int32)
    rows[np.arange(rows.shape[1]) < lengths[:, None]] = tokens
    return torch.from_numpy(rows)


def classifier(
    model: Any,
    data: Data,
    *,
    seed: int,
    longest: int,
    lengths_wanted: bool = False,
    forget: float = 0.0,
    device: str = "auto",
    threads: int = 1,
    state: State | None = None,
    **plan: Any,
) -> Progress:
    """Train a classifier of texts; see `Texts` and `engine.Plan` for the settings.

    Args:
        model: torch.nn.Module of tokens (N, T), or of tokens and lengths (N,).
        data: "x_…" of "train", "test" and perhaps "held_out": rows (N, T) filled up with 0, or all tokens one after
            the other and their number in "lengths_…"; and "y_train".
    """
    torch.set_num_threads(usable_threads(threads))
    where = torch.device(chosen_device(device))
    model.to(where)
    torch.manual_seed(seed)
    examples = Texts(data, where, lengths_wanted=lengths_wanted, longest=longest, forget=forget)
    return (yield from fit(model, examples, Plan(**plan), where, seed, state))


class BagOfEmbeddings(torch.nn.Module):
    """The mean of a text's word vectors, and a linear layer: it knows which words occur, not in which order."""

    def __init__(self, words: int, classes: int) -> None:
        super().__init__()
        self.embedding = torch.nn.Embedding(words, 128, padding_idx=PADDING)
        self.classifier = torch.nn.Linear(128, classes)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        counts = (tokens != PADDING).sum(dim=1, keepdim=True).clamp(min=1)
        logits: torch.Tensor = self.classifier(self.embedding(tokens).sum(dim=1) / counts)
        return logits


def bag_of_embeddings(data: Data, *, seed: int) -> Progress:
    """Train a bag of embeddings: a model that uses the order of words must beat it."""
    torch.manual_seed(seed)
    model = BagOfEmbeddings(int(data["x_train"].max()) + 1, int(data["y_train"].max()) + 1)
    longest = int(data["lengths_train"].max())
    return (yield from classifier(model, data, seed=seed, longest=longest, epochs=5, batch_size=64, lr=5e-3))
