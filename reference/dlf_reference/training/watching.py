"""Watching one forward of a PyTorch model: what it draws at random, what its tokens know of each other, and what is
left of it without its convolutions."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode
from torch.utils.hooks import RemovableHandle

WINDOWED = frozenset(
    getattr(place, name)
    for place in (torch, nn.functional)
    for name in ("conv1d", "conv2d", "conv3d", "conv_transpose2d")
)
REDUCES = frozenset({"sum", "mean", "max", "amax", "logsumexp", "matmul", "__matmul__", "bmm", "einsum"})
Inputs = tuple[torch.Tensor, ...]
DRAWS = re.compile(r"_?(rand|normal|uniform|bernoulli|multinomial|exponential|poisson)")


@contextmanager
def removed_after(hooks: Iterable[RemovableHandle]) -> Iterator[None]:
    """Take hooks off a model again, also where its forward raises."""
    held = [*hooks]
    try:
        yield
    finally:
        for hook in held:
            hook.remove()


class Drawn(TorchFunctionMode):
    """Notices what is drawn at random, and layers that are made.

    Attributes:
        dropout: numbers were dropped.
        layers: a module was made.
        numbers: others were drawn.
    """

    def __init__(self) -> None:
        super().__init__()
        self.dropout = self.layers = self.numbers = False

    def __enter__(self) -> Any:
        original = self._original = nn.Module.__init__

        def noticing(module: nn.Module, *args: Any, **kwargs: Any) -> None:
            self.layers = True
            original(module, *args, **kwargs)

        nn.Module.__init__ = noticing  # type: ignore[method-assign,assignment]
        return super().__enter__()  # type: ignore[no-untyped-call]  # torch leaves it untyped

    def __exit__(self, *error: Any) -> None:
        nn.Module.__init__ = self._original  # type: ignore[method-assign]
        super().__exit__(*error)  # type: ignore[no-untyped-call]

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        name = str(getattr(func, "__name__", ""))
        if "dropout" in name:
            drops = kwargs.get("training", kwargs.get("train", args[2] if len(args) > 2 else True))
            self.dropout = self.dropout or drops is True
        elif DRAWS.match(name):
            self.numbers = True
        return func(*args, **kwargs)


class Silenced(TorchFunctionMode):
    """Counts convolutions whose window is smaller than the image and larger than a pixel; makes all give zeros.

    One that is written out begins with its windows: `unfold` of torch.nn.functional, or two `unfold` of a tensor.

    Attributes:
        convolutions: how many there were.
    """

    def __init__(self, *, silent: bool = True) -> None:
        super().__init__()
        self.silent, self.convolutions = silent, 0
        self.unfolded_rows = False  # by a tensor's own unfold, which takes one axis at a time

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        y = func(*args, **kwargs)
        window = self._window(func, args, kwargs)
        image = args[0] if args else kwargs.get("input")
        if not window or not isinstance(image, torch.Tensor):
            return y
        sides = image.shape[args[1] :][:1] if func is torch.Tensor.unfold else image.shape[-len(window) :]
        larger = any(side > part for side, part in zip(sides, window, strict=True))
        self.convolutions += math.prod(window) > 1 and larger
        return torch.zeros_like(y) if self.silent and math.prod(window) > 1 else y

    def _window(self, func: Any, args: Any, kwargs: Any) -> tuple[int, ...]:
        """The sides of a convolution's window; none where there is none."""
        if func in WINDOWED:
            return tuple((args[1] if len(args) > 1 else kwargs["weight"]).shape[2:])
        if func is nn.functional.unfold:
            size = args[1] if len(args) > 1 else kwargs["kernel_size"]
            return (size, size) if isinstance(size, int) else tuple(size)
        if func is torch.Tensor.unfold:
            self.unfolded_rows = not self.unfolded_rows
            return () if self.unfolded_rows or len(args) < 3 else (args[2],)
        return ()


class SecondSilenced(TorchFunctionMode):
    """Makes the convolutions that take so many channels, with a window of 3 × 3, give zeros.

    Attributes:
        convolutions: how many there were.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.channels, self.convolutions = channels, 0

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        y = func(*args, **kwargs)
        if func not in WINDOWED or (args[1] if len(args) > 1 else kwargs["weight"]).shape[1:] != (self.channels, 3, 3):
            return y
        self.convolutions += 1
        return torch.zeros_like(y)


class Steps(TorchFunctionMode):
    """Keeps what every function of PyTorch gives that has an axis for the tokens.

    Args:
        length: tokens of the text; no other size may be equal to it.

    Attributes:
        seen: in the order in which it was computed.
        lost: a function took the axis away that may have let tokens meet, such as a step of a loop.
    """

    def __init__(self, length: int) -> None:
        super().__init__()
        self.length, self.lost = length, False
        self.seen: list[torch.Tensor] = []

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        parts = [part for value in args for part in (value if isinstance(value, tuple | list) else [value])]  # cat
        given = any(map(self._has_axis, parts))
        for part in result if isinstance(result, tuple | list) else (result,):
            if self._has_axis(part):
                self.seen.append(part.detach().clone())
            elif given and isinstance(part, torch.Tensor) and part.is_floating_point():
                self.lost = self.lost or getattr(func, "__name__", "") not in REDUCES
        return result

    def _has_axis(self, part: Any) -> bool:
        return isinstance(part, torch.Tensor) and part.is_floating_point() and self.length in part.shape


def reaches_others(model: Any, first: Inputs, second: Inputs, place: int) -> bool | None:
    """Whether a token changes what a model computes for other tokens of its text; None if it cannot be told.

    Args:
        first, second: one row of tokens each, different at `place` alone, and what else `forward` takes.
    """
    length = first[0].shape[1]
    seen: list[list[torch.Tensor]] = []
    lost = False
    for inputs in (first, second):
        steps = Steps(length)
        with torch.no_grad(), steps:
            model(*inputs)
        seen.append(steps.seen)
        lost = lost or steps.lost
    if len(seen[0]) != len(seen[1]) or any(a.shape != b.shape for a, b in zip(*seen, strict=True)):
        return None
    others = torch.tensor([at for at in range(length) if at != place])
    for a, b in zip(*seen, strict=True):
        before, after = (part.index_select(a.shape.index(length), others) for part in (a, b))
        if not torch.allclose(before, after, rtol=1e-4, atol=1e-6, equal_nan=True):
            return True
    return None if lost else False
