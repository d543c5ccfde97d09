"""The recipe for NumPy models that bring their own `train_step`.

A recipe is a generator: it yields progress a few times a second and predictions after each epoch, and returns
predictions of the test examples; whoever holds the labels counts. It runs beside the model, and sees no test label.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dlf_reference.training.common import Data, Pace, Progress, batches, pixel_scale, watched


def classifier(model: Any, data: Data, *, epochs: int, batch_size: int, lr: float, seed: int) -> Progress:
    """Train a model of images by its own `train_step`, the learning rate falling linearly to zero.

    Args:
        model: has `train_step(x, y, lr) -> loss` and `predict(x) -> (N,)`.
        data: "x_train" and "x_test", uint8 (N, ...), flattened and normalised, float32; "y_train" (N,).

    Returns:
        "test" and "train": predictions on each, (N,); "losses": mean training loss of each epoch; "seconds".
    """
    mean, deviation = pixel_scale(data["x_train"])
    images = {
        name: (data[f"x_{name}"].reshape(len(data[f"x_{name}"]), -1).astype(np.float32) - mean) / deviation
        for name in ("train", "test", watched(data))
    }
    rng = np.random.default_rng(seed)
    total = epochs * -(-len(images["train"]) // batch_size)
    pace, losses, step = Pace(total), list[float](), 0
    for epoch in range(1, epochs + 1):
        epoch_losses = []
        for rows in batches(len(images["train"]), batch_size, rng):
            rate = lr * (1 - step / total)
            epoch_losses.append(float(model.train_step(images["train"][rows], data["y_train"][rows], rate)))
            step += 1
            if pace.due():
                yield pace.report(step, epoch, epoch_losses[-1])
        losses.append(float(np.mean(epoch_losses)))
        seen = np.asarray(model.predict(images[watched(data)]))
        yield pace.report(step, epoch, losses[-1]) | {watched(data): seen}
    return {
        "test": np.asarray(model.predict(images["test"])),
        "train": np.asarray(model.predict(images["train"])),
        "losses": losses,
        "seconds": pace.seconds(),
    }
