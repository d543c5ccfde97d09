"""The one thing that is different in a trial."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from dlf_reference.training.autopsy.course import Course
from dlf_reference.training.autopsy.forward.first_layer import first_layer, standardise
from dlf_reference.training.autopsy.forward.hooks import Unhooked, unhook
from dlf_reference.training.autopsy.forward.linked import Linked
from dlf_reference.training.autopsy.forward.noticed import NARROW, WRITES, name_of
from dlf_reference.training.autopsy.measured import PART, Change
from dlf_reference.training.autopsy.starts import standard_start
from dlf_reference.training.autopsy.trials.parts import exchange


def apply(change: str, given: Course, seed: int) -> None:
    """Make a change to a network that is used for one trial.

    Args:
        change: a `Change`, or `PART` and the name of one; "" for none.
        seed: of what a part of ours starts with.
    """
    if change.startswith(PART):
        exchange(given, change.removeprefix(PART), seed)
    elif change:
        CHANGES[Change(change)](given.network)


# -- another start --------------------------------------------------------------------------------


def _thawed(network: nn.Module) -> None:
    for p in network.parameters():
        p.requires_grad_(True)


def _inputs_standardised(network: nn.Module) -> None:
    if (first := first_layer(network)) is not None:
        standardise(network, first)


# -- other functions ------------------------------------------------------------------------------


class _NoDropout(TorchFunctionMode):
    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if "dropout" in name_of(func) and args and isinstance(args[0], torch.Tensor):
            return args[0]
        return func(*args, **(kwargs or {}))


class _ByBatch(TorchFunctionMode):
    """Batch norms use the batch's statistics."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = dict(kwargs or {})
        if name_of(func) == "batch_norm" and func is nn.functional.batch_norm:
            if len(args) > 5:
                args = (*args[:5], True, *args[6:])
            else:
                kwargs["training"] = True
        return func(*args, **kwargs)


class _Wide(TorchFunctionMode):
    """Nothing is made narrower than float32."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs, name = dict(kwargs or {}), name_of(func)
        if name in ("half", "bfloat16"):
            return args[0]
        if name in ("to", "type"):
            args = (args[0], *(torch.float32 if _narrow(each) else each for each in args[1:]))
        if _narrow(kwargs.get("dtype")):
            kwargs["dtype"] = torch.float32
        return func(*args, **kwargs)


def _narrow(value: Any) -> bool:
    return isinstance(value, torch.dtype) and value in NARROW


class _Untouched(TorchFunctionMode):
    """Nothing changes a weight where it lies.

    Args:
        network: whose weights are meant.
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.weights = {p.untyped_storage().data_ptr() for p in network.parameters()}

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = getattr(func, "__name__", "")
        in_place = name in WRITES or (name.endswith("_") and not name.startswith("__") and name not in WRITES_NOTHING)
        if in_place and args and self._is_weight(args[0]):
            return args[0]
        return func(*args, **(kwargs or {}))

    def _is_weight(self, part: Any) -> bool:
        return isinstance(part, torch.Tensor) and part.untyped_storage().data_ptr() in self.weights


class _Rectified(TorchFunctionMode):
    """ReLU takes the place of sigmoid and tanh, where they are no gate of a recurrent layer, and of shares."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs, name = kwargs or {}, name_of(func)
        axis = kwargs.get("dim", args[1] if len(args) > 1 else -1)
        if name in ("sigmoid", "tanh") or (name == "softmax" and not _is_attention(args[0], axis)):
            return torch.relu(args[0])
        return func(*args, **kwargs)


def _is_attention(scores: torch.Tensor, axis: int) -> bool:
    """Whether a softmax gives weights, over the last axis of several, and no activations."""
    return scores.ndim > 2 and axis in (-1, scores.ndim - 1)


WRITES_NOTHING = frozenset({"requires_grad_", "detach_", "retain_grad"})


class _Under:
    """A forward in which some functions are others."""

    def __init__(self, mode: Callable[[], TorchFunctionMode], forward: Callable[..., torch.Tensor]) -> None:
        self.mode, self.forward = mode, forward

    def __call__(self, *inputs: torch.Tensor) -> torch.Tensor:
        with self.mode():
            return self.forward(*inputs)


class _Evaluated:
    """A forward in evaluation mode, whatever mode the network is in."""

    def __init__(self, network: nn.Module) -> None:
        self.network, self.forward = network, network.forward

    def __call__(self, *inputs: torch.Tensor) -> torch.Tensor:
        mode = self.network.training
        self.network.eval()
        y: torch.Tensor = self.forward(*inputs)
        self.network.train(mode)
        return y


class _Scaled:
    """A forward whose logits are multiplied.

    Args:
        factor: 0 for the one that gave the first logits a mean square of one.
    """

    def __init__(self, forward: Callable[..., torch.Tensor], factor: float = 0.0) -> None:
        self.forward, self.factor = forward, factor

    def __call__(self, *inputs: torch.Tensor) -> torch.Tensor:
        y = self.forward(*inputs)
        if not self.factor:
            self.factor = 1 / max(float(y.detach().square().mean().sqrt()), 1e-12)
        return y * self.factor


# -- by name --------------------------------------------------------------------------------------


def _run_under(mode: Callable[[], TorchFunctionMode]) -> Callable[[nn.Module], None]:
    def change(network: nn.Module) -> None:
        network.forward = _Under(mode, network.forward)

    return change


def _without_hooks(network: nn.Module) -> None:
    unhook(network)
    network.forward = _Under(Unhooked, network.forward)


def _without_writing(network: nn.Module) -> None:
    network.forward = _Under(partial(_Untouched, network), network.forward)


def _widened(network: nn.Module) -> None:
    network.float()
    network.forward = _Under(_Wide, network.forward)


def _evaluated(network: nn.Module) -> None:
    network.forward = _Evaluated(network)


def _scaled(factor: float) -> Callable[[nn.Module], None]:
    def change(network: nn.Module) -> None:
        network.forward = _Scaled(network.forward, factor)

    return change


CHANGES: dict[Change, Callable[[nn.Module], None]] = {
    Change.ALL_WEIGHTS_TRAINED: _thawed,
    Change.BATCH_STATISTICS: _run_under(_ByBatch),
    Change.EVALUATION_MODE: _evaluated,
    Change.FLOAT32: _widened,
    Change.INPUTS_STANDARDISED: _inputs_standardised,
    Change.LOGITS_OF_SIZE_1: _scaled(0.0),
    Change.LOGITS_TIMES_TEN: _scaled(10.0),
    Change.NO_DROPOUT: _run_under(_NoDropout),
    Change.NO_HOOKS: _without_hooks,
    Change.NOTHING_CUT: _run_under(Linked),
    Change.RELU: _run_under(_Rectified),
    Change.STANDARD_START: standard_start,
    Change.WEIGHTS_LEFT_ALONE: _without_writing,
}
