"""Looking into a PyTorch model: how large it is, which of its parameters learn, and what its layers do to an input."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.parameter import is_lazy

from dlf_reference.training.autopsy.forward.noticed import noticed
from dlf_reference.training.autopsy.forward.unusual import norms_used_again, overwritten
from dlf_reference.training.watching import Drawn, Silenced, reaches_others, removed_after

OWN = frozenset(vars(nn.Module()))  # what every module keeps for itself
DEPTH = 3  # of objects in objects in which weights are looked for


@contextmanager
def nothing_compiled() -> Iterator[None]:
    """Without oneDNN, which compiles a kernel for each shape: for a few images that takes longer than to go without.

    `torch.backends.mkldnn.flags` would warn of TF32, whatever it is asked.
    """
    before = torch.backends.mkldnn.enabled
    torch.backends.mkldnn.enabled = False  # type: ignore[assignment]  # torch types the property, not its value
    try:
        yield
    finally:
        torch.backends.mkldnn.enabled = before


def start_from(seed: int) -> None:
    """Let what is drawn next, on the processor, follow from a seed: `torch.manual_seed` writes down a stack for each
    kind of card, which takes longer than to make a small model."""
    torch.default_generator.manual_seed(seed)


def size(model: Any, *inputs: np.ndarray) -> dict[str, int]:
    """Number of trainable numbers of each parameter, by name.

    Args:
        inputs: of a forward that gives lazy layers their shapes; none where there are no such.

    Raises:
        TypeError: it is not a torch.nn.Module.
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"expected a torch.nn.Module, got {type(model).__name__}")
    _complete(model, inputs)
    return {name: p.numel() for name, p in model.named_parameters() if p.requires_grad}


def shapes(model: Any, *inputs: np.ndarray) -> dict[str, list[int]]:
    """The shape of each trainable parameter, by name; see `size`."""
    size(model, *inputs)
    return {name: list(p.shape) for name, p in model.named_parameters() if p.requires_grad}


def logits(model: Any, *inputs: np.ndarray) -> Any:
    """What the model gives for a batch in evaluation mode, without gradients."""
    model.eval()
    with torch.no_grad(), nothing_compiled():
        return model(*map(torch.from_numpy, inputs))


def stir(model: nn.Module, seed: int, *inputs: np.ndarray) -> None:
    """Move every parameter a little, so that what starts at zero takes part: a residual branch, a gate, a head.

    The vector of padding stays zero where it is.
    """
    _complete(model, inputs)
    rng = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        parameters = list(model.parameters())
        for p, step in zip(parameters, _steps(parameters), strict=True):
            p.add_(step * torch.randn(p.shape, generator=rng).to(p.device, p.dtype))
        for module in model.modules():
            if isinstance(module, nn.Embedding) and module.padding_idx is not None:
                module.weight[module.padding_idx] = 0.0


def _steps(parameters: Sequence[torch.Tensor]) -> list[float]:
    """How far each may be moved without a change of its kind: a tenth of its size, or of its usual one."""
    sizes = [norm / math.sqrt(p.numel()) for p, norm in zip(parameters, _norms(parameters), strict=True)]
    usual = [1 / math.sqrt(p[0].numel() if p.ndim > 1 else 1) for p in parameters]
    return [0.1 * max(pair) for pair in zip(sizes, usual, strict=True)]


def _norms(tensors: Sequence[torch.Tensor]) -> list[float]:
    """The Euclidean norm of each, all asked of PyTorch at once: a model has a hundred small ones."""
    found: list[float] = torch.stack(torch._foreach_norm([p.detach() for p in tensors])).tolist() if tensors else []
    return found


def influences(model: Any, seed: int, *inputs: np.ndarray) -> dict[str, float]:
    """By how much each parameter moves the logits if it is moved a little, as a share of their size; nan stays nan.

    In evaluation mode, where no batch norm takes a bias out again; what does nothing there is asked for in training.

    Raises:
        TypeError: the model gives something else than a row of logits for each row of its input.
    """
    stir(model, seed, *inputs)
    with nothing_compiled():
        model.eval()
        moved = _moved(model, seed, *inputs)
        model.train()  # what fails in training alone fails here
        training = _moved(model, seed, *inputs)
    return {name: value if value > 1e-6 else training[name] for name, value in moved.items()}


def starts_dead(model: Any, seed: int, *inputs: np.ndarray) -> bool:
    """Whether a new model gives each row the same logits, and a gradient reaches none of its weights but biases."""
    y = logits(model, *inputs)
    if not isinstance(y, torch.Tensor) or (y - y[:1]).abs().max() > 1e-6 * y.abs().max():
        return False
    moved = _moved(model.train(), seed, *inputs)
    return not any(moved[name] for name, p in model.named_parameters() if name in moved and p.ndim > 1)


def depends(model: Any, names: list[str], seed: int, *inputs: np.ndarray) -> list[str]:
    """Those of some parameters with which the logits change, in evaluation mode; each is drawn anew by turns.

    Random numbers are the same each time: what a forward draws depends on no parameter.

    Args:
        model: stirred, so that nothing which starts at zero is out of sight.
    """
    parameters, rng, found = dict(model.named_parameters()), torch.Generator().manual_seed(seed), []
    start_from(seed)
    y = logits(model, *inputs)
    for name in names:
        kept = parameters[name].detach().clone()
        with torch.no_grad():
            parameters[name].copy_(torch.randn(kept.shape, generator=rng))
            start_from(seed)
            changed = logits(model, *inputs)
            parameters[name].copy_(kept)
        if abs(changed - y).max() > 1e-3 * abs(y).max():
            found.append(name)
    return found


def _moved(model: nn.Module, seed: int, *inputs: np.ndarray) -> dict[str, float]:
    model.zero_grad()
    y = model(*map(torch.from_numpy, inputs))
    rows = len(inputs[0])
    if not isinstance(y, torch.Tensor) or y.ndim < 2 or len(y) != rows:
        got = f"shape {tuple(y.shape)}" if isinstance(y, torch.Tensor) else type(y).__name__
        advice = ""
        if isinstance(y, torch.Tensor):
            kept = y.ndim == 1 and len(y) == rows
            advice = "; that is one number a row" if kept else "; view and flatten must keep axis 0, the rows"
        raise TypeError(f"expected forward to return a tensor of logits of shape ({rows}, K), got {got}{advice}")
    named = {name: p for name, p in model.named_parameters() if p.requires_grad}
    if not y.requires_grad:
        return dict.fromkeys(named, 0.0)
    random_sum(y, seed + 1).backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
    scale = float(y.detach().norm()) or 1.0
    reached = {name: p for name, p in named.items() if p.grad is not None}
    gradients = _norms([p.grad for p in reached.values() if p.grad is not None])
    moves = zip(reached, gradients, _steps(list(reached.values())), strict=True)
    return dict.fromkeys(named, 0.0) | {name: norm * step / scale for name, norm, step in moves}


def random_sum(y: torch.Tensor, seed: int) -> torch.Tensor:
    """A sum of what a model gives, each number with a random weight."""
    weights = torch.randn(y.shape, generator=torch.Generator().manual_seed(seed)).to(y.device, y.dtype)
    return (y * weights).sum()


def _complete(model: nn.Module, inputs: tuple[np.ndarray, ...]) -> None:
    """Give lazy layers their shapes by a forward."""
    if inputs and any(map(is_lazy, model.parameters())):
        logits(model, *inputs)


def unregistered(model: nn.Module) -> list[str]:
    """Attributes with weights that PyTorch does not see: modules in a plain list, or a tensor that is no Parameter."""
    known = {id(part) for part in (*model.modules(), *model.parameters(), *model.buffers())}
    return [
        f"{owner}.{name}".lstrip(".")
        for owner, module in model.named_modules()
        for name, value in vars(module).items()
        if name not in OWN and any(_learns(part, known) for part in _parts(value, DEPTH))
    ]


def _learns(part: Any, known: set[int]) -> bool:
    if isinstance(part, torch.Tensor):
        return part.requires_grad and part.grad_fn is None and id(part) not in known
    return isinstance(part, nn.Module) and id(part) not in known and any(True for _ in part.parameters())


def _parts(value: Any, depth: int) -> Iterator[Any]:
    """A value, and what lies in it, if it is a container or a plain object."""
    yield value
    if not depth or isinstance(value, nn.Module | torch.Tensor | type):
        return
    if isinstance(value, dict):
        inside = list(value.values())
    elif isinstance(value, list | tuple | set | frozenset):
        inside = list(value)
    else:
        inside = list(getattr(value, "__dict__", {}).values()) if type(value).__module__ != "builtins" else []
    for part in inside:
        yield from _parts(part, depth - 1)


def changes_input(model: Any, x: np.ndarray) -> bool:
    """Whether a forward writes into what it is given."""
    before = x.copy()
    logits(model, x)
    return not np.array_equal(before, x)


def with_zero_parameters(model: Any, x: np.ndarray) -> Any:
    """What the model gives for a batch once every parameter is zero: only what bypasses them is left."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
    return logits(model, x)


# -- what its layers do ---------------------------------------------------------------------------


def drawn(model: Any, *inputs: np.ndarray) -> dict[str, bool]:
    """What a forward in evaluation mode draws anew: "dropout", "layers" that it makes, other random "numbers"."""
    with Drawn() as seen:
        logits(model, *inputs)
    return {"dropout": seen.dropout, "layers": seen.layers, "numbers": seen.numbers}


def without_convolutions(model: Any, *batches: np.ndarray) -> list[Any]:
    """What the model gives for batches if every convolution gives zeros, then how many there were in one forward."""
    seen = Silenced()
    with seen:
        answers = [logits(model, x) for x in batches]
    return [*answers, seen.convolutions // len(batches)]


def convolutions(model: Any, x: np.ndarray) -> int:
    """How many convolutions with a window smaller than the image a forward runs."""
    seen = Silenced(silent=False)
    with seen:
        logits(model, x)
    return seen.convolutions


def overwritten_weights(model: Any, *inputs: np.ndarray) -> list[str]:
    """The parameters that a forward in evaluation mode changes, by name; tables of vectors may limit theirs."""
    tables = {id(m.weight) for m in model.modules() if isinstance(m, nn.Embedding)}
    mine = {name for name, p in model.named_parameters() if id(p) not in tables}
    return [name for name in overwritten(model.eval(), tuple(map(torch.from_numpy, inputs))) if name in mine]


def shared_norms(model: Any, *inputs: np.ndarray) -> list[str]:
    """The batch norms that one forward uses more than once, by name."""
    with nothing_compiled():
        return [*norms_used_again(model, tuple(map(torch.from_numpy, inputs)))]


def weights_add_up(model: Any, *inputs: np.ndarray) -> bool:
    """Whether each softmax over T queries and T keys adds up to 1 over the keys."""
    model.eval()
    with torch.no_grad(), nothing_compiled():
        _, steps = noticed(lambda: model(*map(torch.from_numpy, inputs)))
    return not any(step.sums > 1e-3 for step in steps)


def enlarged(model: nn.Module, names: list[str], factor: float, seed: int, *inputs: np.ndarray) -> Any:
    """The logits once the named parameters, those of the head, are drawn anew, `factor` wide."""
    chosen, rng = set(names), torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in model.named_parameters():
            if name in chosen:
                p.copy_(factor * torch.randn(p.shape, generator=rng))
    return logits(model, *inputs)


def shrunk(model: nn.Module, names: list[str], factor: float, *inputs: np.ndarray) -> Any:
    """The logits while the named parameters are multiplied by a factor."""
    parameters = dict(model.named_parameters())
    before = {name: parameters[name].detach().clone() for name in names}
    with torch.no_grad():
        for name in names:
            parameters[name].mul_(factor)
        y = logits(model, *inputs)
        for name in names:
            parameters[name].copy_(before[name])
    return y


def contributions(model: Any, vocabulary: int, seed: int, *inputs: np.ndarray) -> Any:
    """The gradient of a random sum of logits for the vector of each token of a text, (T, E); None without a table.

    Args:
        vocabulary: how many rows the table of vectors has.
        inputs: one text in which no token occurs twice.
    """
    model.eval()
    model.zero_grad()
    y = model(*map(torch.from_numpy, inputs))
    random_sum(y, seed).backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
    tables = [p for p in model.parameters() if p.ndim == 2 and len(p) == vocabulary and p.grad is not None]
    return tables[0].grad[torch.from_numpy(inputs[0][0])] if len(tables) == 1 else None


def batch_read_as_time(model: nn.Module, *inputs: np.ndarray) -> list[str]:
    """Recurrent layers that take axis 0 as time and are given as many steps as the batch has rows, by name."""
    rows, steps = inputs[0].shape
    found = list[str]()

    def look(name: str) -> Any:
        def hook(module: nn.RNNBase, given: tuple[Any, ...]) -> None:
            x = given[0]
            if not module.batch_first and isinstance(x, torch.Tensor) and x.shape[:2] == (rows, steps) != (steps, rows):
                found.append(name)

        return hook

    recurrent = [(name, m) for name, m in model.named_modules() if isinstance(m, nn.RNNBase)]
    with removed_after(m.register_forward_pre_hook(look(name)) for name, m in recurrent):
        logits(model, *inputs)
    return found


def tokens_meet(model: Any, other: np.ndarray, place: int, *inputs: np.ndarray) -> bool | None:
    """Whether a token changes what the model computes for other tokens; see `watching.reaches_others`.

    Args:
        other: the tokens once more, different at `place`.
    """
    model.eval()
    tokens, *rest = map(torch.from_numpy, inputs)
    return reaches_others(model, (tokens, *rest), (torch.from_numpy(other), *rest), place)
