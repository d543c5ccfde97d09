"""Recipe of m5: a network built of a learner's own Tensors, trained by their own `backward`."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from dlf_reference.training.common import Array, Data, Pace, Progress, falling
from dlf_reference.training.rows import Rows


def autograd_classifier(
    model: Any,
    data: Data,
    *,
    epochs: int,
    batch_size: int,
    lr: float,
    seed: int,
) -> Progress:
    """Train by stochastic gradient descent in place on `.data`, the learning rate falling linearly to zero.

    Nothing is used but the model's `parameters`, `zero_grad` and call, `Tensor` and `cross_entropy` of its module, and
    `backward`.

    Args:
        model: MLP of m5; Tensor (N, D) → Tensor (N, K).
        data: "x_train" and "x_test", images, uint8 (N, ...), flattened and normalised, float64; "y_train" (N,).

    Returns:
        "test": predictions, (N,); "losses": mean training loss of each epoch; "seconds".
    """
    module = sys.modules[type(model).__module__]
    images = Rows(data, np.float64)
    test = images.all("test")
    rng = np.random.default_rng(seed)
    total = epochs * images.steps(batch_size)
    pace, losses, step = Pace(total), [], 0

    def predict() -> Array:
        classes: Array = np.asarray(model(module.Tensor(test)).data).argmax(axis=1)
        return classes

    for epoch in range(1, epochs + 1):
        epoch_losses = []
        for x, y in images.batches(batch_size, rng):
            loss = module.cross_entropy(model(module.Tensor(x)), y)
            model.zero_grad()
            loss.backward()
            rate = falling(lr, step, total)
            for parameter in model.parameters():
                parameter.data -= rate * parameter.grad
            epoch_losses.append(float(loss.data))
            step += 1
            if pace.due():
                yield pace.report(step, epoch, epoch_losses[-1], rate)
        losses.append(float(np.mean(epoch_losses)))
        yield pace.report(step, epoch, losses[-1], rate) | {"test": predict()}
    return {"test": predict(), "losses": losses, "seconds": pace.seconds()}
