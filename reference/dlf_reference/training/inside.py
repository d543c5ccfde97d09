"""Looking into a trained network: what its modules return for test examples, as arrays.

The grader has these functions run where the learner's model is, so nothing here may import more than PyTorch.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from dlf_reference.training.common import MOST_MAPS, Array

Inputs = tuple[torch.Tensor, ...]
LEAST_PIXELS = 8  # a map with fewer a side shows no shapes any more


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


def on_device(model: torch.nn.Module, *arrays: Array) -> Inputs:
    """Arrays as tensors on the model's device."""
    device = next((parameter.device for parameter in model.parameters()), torch.device("cpu"))
    return tuple(torch.from_numpy(array).to(device) for array in arrays)


def text_inputs(model: torch.nn.Module, tokens: Array, lengths: Array) -> Inputs:
    """Texts as the network takes them: tokens (N, T), and lengths (N,) if it wants them."""
    inputs = on_device(model, tokens.astype(np.int64), lengths.astype(np.int64))
    return inputs if _wants_lengths(model) else inputs[:1]


def _wants_lengths(model: torch.nn.Module) -> bool:
    """Whether `forward` takes a second argument that it cannot do without."""
    given = [each for each in inspect.signature(model.forward).parameters.values() if each.default is each.empty]
    return sum(each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD) for each in given) > 1


# -- networks of images ---------------------------------------------------------------------------


def of_image(model: torch.nn.Module, image: Array) -> dict[str, Any]:
    """What the convolutions of a network look for, and what they find in one image.

    Args:
        image: as the network takes it, (1, C, H, W) float32.

    Returns:
        "kernels": those that read the image, (O, C, kH, kW), or None; "layers": for the first convolution and for the
        last one whose maps still show shapes, its name, how many maps it has, and some of them, (n, H', W').
    """
    ran = ran_convolutions(model, on_device(model, image))
    layers = [(seen.name, seen.output.shape[1], seen.output[0, :MOST_MAPS].numpy()) for seen in shown_maps(ran)]
    return {"kernels": first_kernels(model, ran), "layers": layers}


def sureness(model: torch.nn.Module, images: Array) -> Array:
    """The probability that a network gives to what it predicts for each image, (n,) float32.

    Args:
        images: as the network takes them, (n, C, H, W) float32.
    """
    with evaluation(model):
        found: Array = model(*on_device(model, images)).float().softmax(dim=1).amax(dim=1).cpu().numpy()
    return found


def ran_convolutions(model: torch.nn.Module, inputs: Inputs) -> list[Seen]:
    """What each convolution returned, (n, C, H, W), in the order they ran: modules with a kernel of their own."""
    seen = outputs(model, inputs, lambda _, module: _kernels(module) is not None)
    return [each for each in seen if each.output.ndim == 4]


def first_kernels(model: torch.nn.Module, ran: Sequence[Seen]) -> Array | None:
    """Kernels that read the image itself, (O, C, kH, kW) float32; None where there are none.

    Args:
        ran: the model's convolutions as they ran; where none was seen, its first parameter with four axes is taken.
    """
    kernels = _kernels(ran[0].module) if ran else next((p for p in model.parameters() if p.ndim == 4), None)
    return None if kernels is None else kernels.detach().float().cpu().numpy()


def shown_maps(ran: Sequence[Seen]) -> list[Seen]:
    """The first convolution's output, and that of the last one whose maps still show shapes."""
    later = [each for each in ran[1:] if min(each.output.shape[2:]) >= LEAST_PIXELS]
    return [*ran[:1], *later[-1:]]


def _kernels(module: torch.nn.Module) -> torch.Tensor | None:
    return next((p for p in module.parameters(recurse=False) if p.ndim == 4), None)
