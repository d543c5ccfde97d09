"""Where a training stands after an epoch: all that decides how it goes on, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from dlf_reference.training.common import Array

if TYPE_CHECKING:
    import torch

Arrays = dict[str, Array]
Values = dict[str, Any]  # what JSON can hold


@dataclass(frozen=True)
class State:
    """What a recipe hands out after each epoch if it is given one, and goes on from; `State()` is the beginning.

    Attributes:
        epoch, step: how many are done.
        losses: mean training loss of each epoch.
        seconds: what they took.
        arrays: parameters, buffers, the optimiser's moments, PyTorch's random number generators.
        values: the rest: schedule, the optimiser's settings, the recipe's own random number generator.
    """

    epoch: int = 0
    step: int = 0
    losses: tuple[float, ...] = ()
    seconds: float = 0.0
    arrays: Arrays = field(default_factory=dict)
    values: Values = field(default_factory=dict)


def take(model: Any, optimiser: Any, schedule: Any, rng: np.random.Generator) -> tuple[Arrays, Values]:
    """Copy out what a PyTorch training goes on from."""
    import torch

    arrays = {f"model.{name}": _array(value) for name, value in model.state_dict().items()}
    moments = optimiser.state_dict()
    for number, values in moments["state"].items():
        arrays |= {f"optimiser.{number}.{name}": _array(value) for name, value in values.items() if value is not None}
    arrays["rng.cpu"] = _array(torch.get_rng_state())
    if torch.cuda.is_available():
        arrays["rng.cuda"] = _array(torch.cuda.get_rng_state())
    groups, position = moments["param_groups"], schedule.state_dict()
    return arrays, {"groups": groups, "schedule": position, "rng": rng.bit_generator.state}


def put(state: State, model: Any, optimiser: Any, schedule: Any, rng: np.random.Generator) -> None:
    """Put back what `take` copied, into what was built in the same way."""
    import torch

    arrays = {name: torch.from_numpy(value) for name, value in state.arrays.items()}
    model.load_state_dict(_below("model.", arrays))
    numbered = dict(enumerate(p for group in optimiser.param_groups for p in group["params"]))
    moments: dict[int, dict[str, torch.Tensor]] = {number: {} for number in numbered}
    for name, value in _below("optimiser.", arrays).items():
        number, _, moment = name.partition(".")
        moments[int(number)][moment] = _laid_out_like(numbered[int(number)], value)
    optimiser.load_state_dict({"state": moments, "param_groups": state.values["groups"]})
    schedule.load_state_dict(state.values["schedule"])
    rng.bit_generator.state = state.values["rng"]
    torch.set_rng_state(arrays["rng.cpu"])
    if "rng.cuda" in arrays and torch.cuda.is_available():
        torch.cuda.set_rng_state(arrays["rng.cuda"])


def _array(tensor: torch.Tensor) -> Array:
    import torch

    copied: Array = tensor.detach().cpu().clone(memory_format=torch.contiguous_format).numpy()
    return copied


def _below(prefix: str, arrays: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name.removeprefix(prefix): value for name, value in arrays.items() if name.startswith(prefix)}


def _laid_out_like(parameter: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
    """In the parameter's memory order: another one might add up in another order, and differ in the last bit."""
    import torch

    if value.shape != parameter.shape:
        return value
    return torch.empty_like(parameter, dtype=value.dtype, device="cpu", requires_grad=False).copy_(value)
