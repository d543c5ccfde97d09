"""The two networks that optimisers are compared on, on real data: a LeNet and a SentimentLSTM.

Small enough for a processor: 4,096 digits of MNIST, and the first 100 words of 2,000 film reviews.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from dlf_reference.training.common import Array

IMAGES, REVIEWS, WORDS, VOCABULARY = 4_096, 2_000, 100, 5_000


class LeNet(nn.Module):
    """Two convolutions with pooling and three linear layers (LeCun and others, 1998), with ReLU: 61,706 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2)
        )
        self.classifier = nn.Sequential(
            nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.classifier(self.features(x).flatten(1))
        return logits


class SentimentLSTM(nn.Module):
    """An embedding, an LSTM, the mean of its states over the words of a review, a linear layer."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, 32)
        self.lstm = nn.LSTM(32, 32, batch_first=True)
        self.classifier = nn.Linear(32, 2)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        there = (tokens != 0).unsqueeze(2)  # (N, T, 1)
        states = self.lstm(self.embedding(tokens))[0] * there  # (N, T, 32)
        logits: torch.Tensor = self.classifier(states.sum(dim=1) / there.sum(dim=1))
        return logits


def examples(model: str, folder: str, seed: int) -> tuple[Array, Array]:
    """What a network is to learn: inputs (N, ...) and classes (N,).

    Args:
        folder: holds `MNIST/` and `imdb/`.
        seed: of the choice of examples.

    Raises:
        DataError: the data set is not there, or not whole.
    """
    from dlf_reference.data import text, vision

    rng = np.random.default_rng(seed)
    if model == "LeNet":
        data = vision.mnist(folder)
        rows = rng.choice(len(data["x_train"]), IMAGES, replace=False)
        images = data["x_train"][rows, None].astype(np.float32) / 255
        return (images - images.mean()) / images.std(), data["y_train"][rows]
    return text.few(text.IMDB, folder, rng, count=REVIEWS, words=WORDS, vocabulary=VOCABULARY)
