"""Looking into a trained network: test examples as it takes them, and what its modules return for them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch

from dlf_reference.training.common import Array, pixel_scale
from dlf_reference.training.trained import TrainedRun

Inputs = tuple[torch.Tensor, ...]


@dataclass(frozen=True)
class Seen:
    """What a module returned.

    Attributes:
        name: its path in the network, "features.0".
        output: the first tensor that it returned, float32 on the CPU.
    """

    name: str
    module: torch.nn.Module
    output: torch.Tensor


def image_inputs(run: TrainedRun, rows: Array) -> Inputs:
    """Test images as the network takes them, (n, C, H, W), normalised by the scale of the test pixels."""
    images = torch.from_numpy(run.examples[rows])
    images = images[:, None] if images.ndim == 3 else images
    mean, deviation = pixel_scale(run.examples)
    return (((images.float() - mean) / deviation).to(_device(run.model)),)


def text_inputs(run: TrainedRun, rows: Array, longest: int) -> Inputs:
    """Test texts as the network takes them: tokens (n, T) without columns of padding, and lengths if it wants them."""
    assert run.lengths is not None
    lengths = torch.from_numpy(run.lengths[rows]).clamp(max=longest)
    tokens = torch.from_numpy(run.examples[rows, : int(lengths.max())]).long()
    inputs = (tokens, lengths) if _wants_lengths(run.model) else (tokens,)
    return tuple(each.to(_device(run.model)) for each in inputs)


@contextmanager
def evaluation(model: torch.nn.Module) -> Iterator[None]:
    """Without gradients and dropout; each module's own mode is as before afterwards."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        for module, training in modes:
            module.training = training


def outputs(model: torch.nn.Module, inputs: Inputs, wanted: Callable[[str, torch.nn.Module], bool]) -> list[Seen]:
    """Run a network once and keep what some of its modules return.

    Args:
        wanted: of a module's name and itself, whether its output is.

    Returns:
        in the order of the run; a module that runs twice is there twice.
    """
    found = list[Seen]()

    def keeper(name: str) -> Callable[[torch.nn.Module, Any, Any], None]:
        def keep(module: torch.nn.Module, _: Any, output: Any) -> None:
            first = output[0] if isinstance(output, tuple) and output else output
            if isinstance(first, torch.Tensor):
                found.append(Seen(name, module, first.detach().float().cpu()))

        return keep

    hooks = [
        module.register_forward_hook(keeper(name)) for name, module in model.named_modules() if wanted(name, module)
    ]
    try:
        with evaluation(model):
            model(*inputs)
    finally:
        for hook in hooks:
            hook.remove()
    return found


def _device(model: torch.nn.Module) -> torch.device:
    return next((parameter.device for parameter in model.parameters()), torch.device("cpu"))


def _wants_lengths(model: torch.nn.Module) -> bool:
    """Whether `forward` takes a second argument that it cannot do without."""
    given = [each for each in inspect.signature(model.forward).parameters.values() if each.default is each.empty]
    return sum(each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD) for each in given) > 1
