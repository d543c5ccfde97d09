"""Recipes for models that read rows of tokens and take their lengths."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.nn.parameter import UninitializedParameter

from dlf_reference.training.common import Array, Data, Pace, Progress, batches
from dlf_reference.training.optimisers import Adam

PADDING = 0
MAX_NORM = 1.0  # to which gradients are clipped
AT_ONCE = 250  # rows that are predicted together


def sequence_classifier(
    model: Any,
    data: Data,
    *,
    epochs: int,
    batch_size: int,
    lr: float,
    seed: int,
    enough: float = 0.0,
) -> Progress:
    """Train a model of (tokens, lengths) → logits with Adam, gradients clipped by their norm.

    Args:
        model: torch.nn.Module.
        data: "x_train" and "x_test", token ids (N, T), rows filled up with 0, of which a batch is cut to its longest
            row; "y_train", class numbers (N,).
        epochs: at most; an epoch of a mean loss below `enough` is the last one.

    Returns:
        "test": predictions, (N,); "losses": mean training loss of each epoch; "seconds".
    """
    torch.set_num_threads(1)
    tokens, labels = torch.from_numpy(data["x_train"]).long(), torch.from_numpy(data["y_train"])
    test = torch.from_numpy(data["x_test"]).long()
    if any(isinstance(p, UninitializedParameter) for p in model.parameters()):
        predict(model, tokens[:2])  # gives lazy layers their shapes
    optimiser = Adam(model.parameters(), lr=lr)
    rng, losses, step = np.random.default_rng(seed), [], 0
    pace = Pace(epochs * -(-len(tokens) // batch_size))
    for epoch in range(1, epochs + 1):
        model.train()
        epoch_losses = []
        for rows in batches(len(tokens), batch_size, rng):
            loss = cross_entropy(model(*cut(tokens[rows])), labels[rows])
            optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
            nn.utils.clip_grad_norm_(model.parameters(), MAX_NORM)
            optimiser.step()
            epoch_losses.append(float(loss.detach()))
            step += 1
            if pace.due():
                yield pace.report(step, epoch, epoch_losses[-1], lr)
        losses.append(float(np.mean(epoch_losses)))
        yield pace.report(step, epoch, losses[-1], lr) | {"test": predict(model, test)}
        if losses[-1] < enough:
            break
    return {"test": predict(model, test), "losses": losses, "seconds": pace.seconds()}


def vanilla_rnn(data: Data, *, seed: int, hidden_size: int = 24, epochs: int = 3) -> Progress:
    """Train the same network with nn.RNN in it, by the same recipe: what one without gates makes of the data."""
    torch.manual_seed(seed)
    model = _Vanilla(int(data["x_train"].max()) + 1, hidden_size)
    return (yield from sequence_classifier(model, data, seed=seed, epochs=epochs, batch_size=32, lr=1e-2))


def predict(model: Any, tokens: torch.Tensor) -> Array:
    """The most likely class of each row, (N,) int64, in evaluation mode."""
    model.eval()
    with torch.no_grad():
        logits = [model(*cut(part)) for part in torch.split(tokens, AT_ONCE)]
    classes: Array = torch.cat(logits).argmax(dim=1).numpy()
    return classes


def cut(tokens: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Rows without the padding that all of them share, and their lengths."""
    lengths = (tokens != PADDING).sum(dim=1)
    return tokens[:, : int(lengths.max())], lengths


class _Vanilla(nn.Module):
    """Embedding, nn.RNN in both directions, mean and maximum over time, and a linear layer."""

    def __init__(self, vocab_size: int, hidden_size: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, hidden_size)
        self.rnn = nn.RNN(hidden_size, hidden_size, batch_first=True, bidirectional=True)
        self.classifier = nn.Linear(4 * hidden_size, 2)

    def forward(self, tokens: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        x = nn.utils.rnn.pack_padded_sequence(self.embedding(tokens), lengths, batch_first=True, enforce_sorted=False)
        outputs, _ = nn.utils.rnn.pad_packed_sequence(self.rnn(x)[0], batch_first=True, padding_value=-torch.inf)
        mean = outputs.masked_fill(outputs.isneginf(), 0.0).sum(dim=1) / lengths.unsqueeze(1)
        logits: torch.Tensor = self.classifier(torch.cat([mean, outputs.amax(dim=1)], dim=1))
        return logits
