"""Which parameters hardly move the logits, once something is otherwise that may keep them from it."""

from __future__ import annotations

from typing import Any

import numpy as np

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


def _idle(model: Any, names: list[str], seed: int, *inputs: np.ndarray) -> list[str]:
    moved = influences(model, seed, *inputs)
    return [name for name in names if not moved[name] > LEAST]
