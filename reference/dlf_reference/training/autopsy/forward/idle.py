"""Which parameters hardly move the logits, or whether two inputs get other logits, once something is otherwise."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import torch

from dlf_reference.training.autopsy.forward.first_layer import first_layer, standardise
from dlf_reference.training.autopsy.starts import standard_start
from dlf_reference.training.probes import influences, start_from
from dlf_reference.training.watching import removed_after

LEAST = 1e-6  # of the logits' size


def from_the_standard_start(model: Any, names: list[str], seed: int, *inputs: np.ndarray) -> list[str]:
    """Those of some parameters that do where the model starts as PyTorch's layers do."""
    start_from(seed)
    standard_start(model)
    return _idle(model, names, seed, *inputs)


def with_inputs_standardised(model: Any, names: list[str], seed: int, *inputs: np.ndarray) -> list[str]:
    """Those of some parameters that do where the first layer is given images of mean 0 and variance 1, besides."""
    first = first_layer(model) if inputs[0].dtype.kind == "f" else None
    if first is None:
        return names
    with removed_after(standardise(model, first)):
        return _idle(model, names, seed, *inputs)


def told_apart(model: Any, *inputs: np.ndarray) -> dict[str, float]:
    """How far the logits of two inputs are apart, as a share of their size.

    Args:
        inputs: of one forward, then of another.

    Returns:
        "exactly": in float64; "standardised": where the first layer is given images of mean 0 and variance 1 besides.
    """
    exact = copy.deepcopy(model).double().eval()
    both = tuple(
        torch.from_numpy(np.concatenate([x, y]).astype(np.float64 if x.dtype.kind == "f" else x.dtype))
        for x, y in zip(inputs[: len(inputs) // 2], inputs[len(inputs) // 2 :], strict=True)
    )
    found = {"exactly": _apart(exact, both)}
    first = first_layer(exact) if inputs[0].dtype.kind == "f" else None
    if first is not None:
        with removed_after(standardise(exact, first)):
            found["standardised"] = _apart(exact, both)
    return found


def _apart(model: Any, inputs: tuple[torch.Tensor, ...]) -> float:
    with torch.no_grad():
        y = model(*inputs)
    return float((y[:1] - y[1:]).norm() / y.norm().clamp(min=1e-30))


def _idle(model: Any, names: list[str], seed: int, *inputs: np.ndarray) -> list[str]:
    moved = influences(model, seed, *inputs)
    return [name for name in names if not moved[name] > LEAST]
