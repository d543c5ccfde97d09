"""What the first steps of a training in NumPy did to each parameter, beside the batch that they were given.

It runs beside the learner's code, without PyTorch; what would have been right is computed elsewhere, in `right`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from dlf_reference.training.common import Array, Data, falling
from dlf_reference.training.rows import Rows

LOOKED = (1, 2, 20, 61, 100, 200)  # steps that are looked at
Shown = list[dict[str, Any]]


def mlp(model: Any, data: Data, *, epochs: int, batch_size: int, lr: float, seed: int, shift: int = 0) -> Shown:
    """Steps of m0's `train_step`, by the recipe of `numpy_models`.

    Returns:
        "step", "rate", "x", "y"; "before" and "did" of fc1.W, fc1.b, fc2.W, fc2.b, where "did" is what was subtracted.
    """
    found: Shown = []
    for step, rate, x, y in _steps(Rows(data, shift=shift), epochs, batch_size, lr, seed):
        before = _parameters(model)
        model.train_step(x, y, rate)
        if step in LOOKED:
            did = [w - after for w, after in zip(before, _parameters(model), strict=True)]
            found.append({"step": step, "rate": rate, "x": x, "y": y, "before": before, "did": did})
    return found


def _parameters(model: Any) -> list[Array]:
    return [np.array(getattr(layer, name)) for layer in (model.fc1, model.fc2) for name in ("W", "b")]


def autograd(model: Any, data: Data, *, epochs: int, batch_size: int, lr: float, seed: int) -> Shown:
    """Gradients by m5's engine, by the recipe of `autograd`.

    Returns:
        As `mlp` does, "did" being gradients; "twice", how many of the parameters were listed before, and "missed", how
        many Tensors of the model that require a gradient are not listed.
    """
    module, found = sys.modules[type(model).__module__], Shown()
    for step, rate, x, y in _steps(Rows(data, np.float64), epochs, batch_size, lr, seed):
        loss = module.cross_entropy(model(module.Tensor(x)), y)
        model.zero_grad()
        loss.backward()
        listed = list(model.parameters())
        own = list({id(p): p for p in listed}.values())
        if step in LOOKED:
            before = [np.array(p.data) for p in own]
            did = [np.zeros_like(p.data) if p.grad is None else np.array(p.grad) for p in own]
            shown = {"step": step, "rate": rate, "x": x, "y": y, "before": before, "did": did}
            missed = _learning(model, module.Tensor, set()) - {id(p) for p in own}
            found.append(shown | {"twice": len(listed) - len(own), "missed": len(missed)})
        for p in listed:
            if p.grad is not None:
                p.data -= rate * p.grad
    return found


def _learning(value: Any, tensor: type, seen: set[int]) -> set[int]:
    """Ids of the Tensors that require a gradient, in a module, a list or a dictionary, however deep."""
    if id(value) in seen:
        return set()
    seen.add(id(value))
    if isinstance(value, tensor):
        return {id(value)} if getattr(value, "requires_grad", False) else set()
    inside = value if isinstance(value, list | tuple | dict) else _attributes(value)
    parts = inside.values() if isinstance(inside, dict) else inside
    return set[int]().union(*(_learning(part, tensor, seen) for part in parts))


def _attributes(value: Any) -> dict[str, Any]:
    """The attributes of an object of a class that a learner wrote."""
    own = type(value).__module__.partition(".")[0] not in ("builtins", "numpy")
    return getattr(value, "__dict__", {}) if own else {}


def _steps(
    images: Rows, epochs: int, batch_size: int, lr: float, seed: int
) -> Iterator[tuple[int, float, Array, Array]]:
    """The recipes' own batches and learning rates, as far as anything is looked at."""
    rng, step = np.random.default_rng(seed), 0
    total = epochs * images.steps(batch_size)
    for _ in range(epochs):
        for x, y in images.batches(batch_size, rng):
            step += 1
            if step > LOOKED[-1]:
                return
            yield step, falling(lr, step - 1, total), x, y
