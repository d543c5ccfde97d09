"""Recipes: how a milestone's model is trained. They run beside the model, and see no test label.

A recipe is a generator: it yields progress a few times a second, and predictions after each epoch; whoever holds the
labels counts. PyTorch is imported by the recipes that need it, so the NumPy ones run where it is out of reach.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dlf_reference.training.common import Array, Pace, Progress, batches, chosen_device, pixel_scale


def numpy_classifier(
    model: Any,
    x_train: Array,
    y_train: Array,
    x_test: Array,
    *,
    epochs: int,
    batch_size: int,
    lr: float,
    seed: int,
) -> Progress:
    """Train a NumPy model by its own `train_step`, the learning rate falling linearly to zero.

    Args:
        model: has `train_step(x, y, lr) -> loss` and `predict(x) -> (N,)`.
        x_train, x_test: images, uint8 (N, ...); flattened and normalised, float32.
        y_train: class numbers (N,).

    Returns:
        "test" and "train": predictions on each, (N,); "losses": mean training loss of each epoch.
    """
    mean, deviation = pixel_scale(x_train)
    train, test = ((x.reshape(len(x), -1).astype(np.float32) - mean) / deviation for x in (x_train, x_test))
    rng = np.random.default_rng(seed)
    total = epochs * -(-len(train) // batch_size)
    pace, losses, step = Pace(total), [], 0
    for epoch in range(1, epochs + 1):
        epoch_losses = []
        for rows in batches(len(train), batch_size, rng):
            rate = lr * (1 - step / total)
            epoch_losses.append(float(model.train_step(train[rows], y_train[rows], rate)))
            step += 1
            if pace.due():
                yield pace.report(step, epoch, epoch_losses[-1])
        losses.append(float(np.mean(epoch_losses)))
        yield pace.report(step, epoch, losses[-1]) | {"test": np.asarray(model.predict(test))}
    return {
        "test": np.asarray(model.predict(test)),
        "train": np.asarray(model.predict(train)),
        "losses": losses,
        "seconds": pace.seconds(),
    }


def torch_classifier(
    model: Any,
    x_train: Array,
    y_train: Array,
    x_test: Array,
    *,
    epochs: int,
    batch_size: int,
    lr: float,
    seed: int,
    weight_decay: float = 0.01,
    device: str = "auto",
    threads: int = 1,
) -> Progress:
    """Train a PyTorch image classifier with AdamW and one cycle of the learning rate.

    Images stay uint8 in memory and are normalised a batch at a time, with mean and deviation of the training set.

    Args:
        model: torch.nn.Module, (N, C, H, W) float32 → logits.
        x_train, x_test: uint8 images, (N, H, W).
        y_train: class numbers (N,).
        lr: the highest learning rate of the cycle.
        device: "auto" takes a GPU where there is one.
        threads: processor threads; on a small machine one is often fastest.

    Returns:
        As `numpy_classifier`, without "train".
    """
    import torch
    from torch.nn.functional import cross_entropy

    torch.set_num_threads(threads)
    where = chosen_device(device)
    model.to(where)
    images, labels = torch.from_numpy(x_train).to(where), torch.from_numpy(y_train).long().to(where)
    test = torch.from_numpy(x_test).to(where)
    scale = pixel_scale(x_train)
    steps = -(-len(images) // batch_size)
    optimiser = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, lr, total_steps=epochs * steps)
    rng, pace, losses, step = np.random.default_rng(seed), Pace(epochs * steps), [], 0
    for epoch in range(1, epochs + 1):
        model.train()
        running = torch.zeros((), device=where)
        for rows in batches(len(images), batch_size, rng):
            chosen = torch.from_numpy(rows).to(where)
            loss = cross_entropy(model(_normalised(images[chosen], *scale)), labels[chosen])
            optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
            optimiser.step()
            schedule.step()
            running += loss.detach()
            step += 1
            if pace.due():
                yield pace.report(step, epoch, float(loss.detach()))
        losses.append(float(running) / steps)
        yield pace.report(step, epoch, losses[-1]) | {"test": predict(model, test, scale)}
    return {"test": predict(model, test, scale), "losses": losses, "seconds": pace.seconds()}


def predict(model: Any, images: Any, scale: tuple[float, float], batch_size: int = 1000) -> Array:
    """The most likely class of each image, (N,) int64, in evaluation mode."""
    import torch

    model.eval()
    with torch.no_grad():
        logits = [model(_normalised(part, *scale)) for part in images.split(batch_size)]
    classes: Array = torch.cat(logits).argmax(dim=1).cpu().numpy()
    return classes


def _normalised(images: Any, mean: float, deviation: float) -> Any:
    """uint8 (N, H, W) → float32 (N, 1, H, W), mean 0 and deviation 1 over the training set."""
    return images.unsqueeze(1).float().sub_(mean).div_(deviation)
