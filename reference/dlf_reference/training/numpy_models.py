"""The recipe for NumPy models that bring their own `train_step`.

A recipe is a generator: it yields progress a few times a second and predictions after each epoch, and returns
predictions of the test examples; whoever holds the labels counts. It runs beside the model, and sees no test label.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from dlf_reference.training.common import Array, Data, Pace, Progress, check_loss, falling, watched
from dlf_reference.training.rows import Rows
from dlf_reference.training.settings import Count, Rate
from dlf_reference.training.state import Arrays, State

LAYERS = ("fc1", "fc2")


def classifier(
    model: Any,
    data: Data,
    *,
    epochs: Count,
    batch_size: Count,
    lr: Rate,
    seed: int,
    shift: int = 0,
    state: State | None = None,
) -> Progress:
    """Train a model of images by its own `train_step`, the learning rate falling linearly to zero.

    Args:
        model: TwoLayerMLP: `train_step(x, y, lr) -> loss`, `predict(x) -> (N,)`, parameters in `fc1` and `fc2`.
        data: "x_train" and "x_test", uint8 (N, ...), flattened and normalised, float32; "y_train" (N,).
        shift: pixels that a training image may move by in each direction.
        state: where to go on from; if there is one, the report of each epoch holds the next, as "state".

    Returns:
        "test" and "train": predictions on each, (N,); "losses": mean training loss of each epoch; "seconds".

    Raises:
        DivergedError: the loss became nan or inf.
    """
    images = Rows(data, shift=shift)
    seen = {name: images.all(name) for name in ("train", "test", watched(data))}
    rng, begun = np.random.default_rng(seed), state or State()
    if begun.epoch:
        _put(model, begun)
        rng.bit_generator.state = begun.values["rng"]
    losses, step = list(begun.losses), begun.step
    total = epochs * images.steps(batch_size)
    pace = Pace(total, step, begun.seconds)
    for epoch in range(begun.epoch + 1, epochs + 1):
        epoch_losses = []
        for x, y in images.batches(batch_size, rng):
            rate = falling(lr, step, total)
            epoch_losses.append(float(model.train_step(x, y, rate)))
            step += 1
            check_loss(epoch_losses[-1], step, rate, _gradients(model))
            if pace.due():
                yield pace.report(step, epoch, epoch_losses[-1], rate)
        losses.append(float(np.mean(epoch_losses)))
        report = pace.report(step, epoch, losses[-1], rate)
        report[watched(data)] = np.asarray(model.predict(seen[watched(data)]))
        if state is not None:
            arrays, orders = _taken(model)
            values = {"rng": rng.bit_generator.state, "orders": orders}
            report["state"] = State(epoch, step, tuple(losses), pace.seconds(), arrays, values)
        yield report
    return {
        "test": np.asarray(model.predict(seen["test"])),
        "train": np.asarray(model.predict(seen["train"])),
        "losses": losses,
        "seconds": pace.seconds(),
    }


def _taken(model: Any) -> tuple[Arrays, dict[str, str]]:
    """Copies of the parameters, and the memory order of each: in another one sums differ in the last bit."""
    arrays, orders = {}, {}
    for layer in LAYERS:
        for name in ("W", "b"):
            value = getattr(getattr(model, layer), name)
            arrays[f"model.{layer}.{name}"] = np.array(value, order="C")
            orders[f"model.{layer}.{name}"] = "C" if value.flags.c_contiguous else "F"
    return arrays, orders


def _put(model: Any, state: State) -> None:
    for path, value in state.arrays.items():
        _, layer, name = path.split(".")
        setattr(getattr(model, layer), name, np.array(value, order=state.values["orders"][path]))


def _gradients(model: Any) -> Iterator[Array]:
    """What the layers keep of their last backward; looked up only when it is asked for."""
    for layer in (getattr(model, name, None) for name in LAYERS):
        kept = getattr(layer, "__dict__", {}).items()
        yield from (value for name, value in kept if name.startswith("dL_d") and isinstance(value, np.ndarray))
