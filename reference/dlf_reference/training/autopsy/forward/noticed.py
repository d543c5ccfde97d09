"""The functions that a forward calls, and what each can do against learning."""

from __future__ import annotations

import math
import sys
import sysconfig
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from dlf_reference.training.autopsy.measured import FLAT, Step

Inputs = tuple[torch.Tensor, ...]  # of a forward
RECTIFIERS = frozenset({"relu", "relu_", "relu6"})
BOUNDED = {"sigmoid": (0.0, 1.0), "sigmoid_": (0.0, 1.0), "tanh": (-1.0, 1.0), "tanh_": (-1.0, 1.0)}
WRITES = frozenset({"__set__", "__setitem__", "__imul__", "__iadd__", "__isub__", "__itruediv__"})
CASTS = frozenset({"long", "int", "short", "byte", "char", "to", "type"})
SQUASHING = frozenset(
    {"softmax", "softmin", "sigmoid", "tanh", "relu", "relu6", "hardtanh", "hardsigmoid", "softsign", "clamp", "clip"}
    | {"relu_", "sigmoid_", "tanh_", "clamp_"}
)
NORMS = frozenset({"layer_norm", "group_norm"})  # that subtract a mean of the example itself
SAME_NUMBERS = frozenset({"__getitem__", "flatten", "reshape", "view", "squeeze", "contiguous"})
PARTED = SAME_NUMBERS | {"chunk", "split", "unbind", "unsqueeze", "transpose"}
TIMES = frozenset({"mul", "mul_", "__mul__", "__rmul__", "__imul__"})
FILLS = frozenset(
    {
        "masked_fill",
        "masked_fill_",
        "where",
        "full",
        "full_like",
        "fill_",
        "tensor",
        "new_full",
        "triu",
        "__setitem__",
        "zeros",
        "empty",
        "empty_like",
    }
)  # they give −inf where it is asked for
FRESH = ("zeros", "ones", "empty", "full", "rand", "new_")  # begin names of functions that take but a tensor's shape
NARROW = (torch.float16, torch.bfloat16)
NEARLY = 0.01  # of a bound
FEW_UNITS = 8  # of a layer: fewer may all be zero by chance
MANY, FEWER = 8, 3  # different numbers; as many as there are after a rounding, times this
MASKED = 1e8  # scores beyond are those of what is hidden
AUTOPSY = Path(__file__).parents[1]
LIBRARIES = (str(Path(torch.__file__).parent), str(AUTOPSY), sysconfig.get_paths()["stdlib"])
OURS = str(AUTOPSY.parent)


class Noticed(TorchFunctionMode):
    """Keeps a `Step` of every function that can keep a model from learning, in order.

    Attributes:
        steps: what it noticed.
        squashed: of what a squashing function gave, by its id, the function and what it was given.
        bounded: of what a sigmoid or tanh gave, by its id, the number of its step.
    """

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[Step] = []
        self.given: list[Any] = []  # so that no id is used twice
        self.squashed: dict[int, tuple[str, str]] = {}
        self.bounded: dict[int, int] = {}

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        name = name_of(func, kwargs)
        before = args[0].detach().clone() if name in RECTIFIERS and args else None  # what it may overwrite
        result = func(*args, **kwargs)
        self._notice_gate(name, args, result)
        if name in ("dropout", "feature_dropout", "alpha_dropout", "dropout2d", "dropout1d"):
            share = dropped(args, kwargs)
            if share:
                self.steps.append(Step(name, line_here(), share=share))
        elif name == "batch_norm":
            training = kwargs.get("training", args[5] if len(args) > 5 else False)
            self.steps.append(Step(name, line_here(), by_batch=float(bool(training))))
        elif isinstance(result, torch.Tensor):
            self._notice(name, result, flat([*args, *kwargs.values()]), before)
        elif name in ("numpy", "tolist", "item", "__array__") and any(map(_learns, args)):
            self.steps.append(Step(name, line_here(), cuts=True))
        return result

    def _notice_gate(self, name: str, args: Any, result: Any) -> None:
        """That what a sigmoid or tanh gives is multiplied with other numbers, or is handed on."""
        if name in PARTED and args and id(args[0]) in self.bounded:
            parts = flat([result])
            self.given += parts
            self.bounded |= dict.fromkeys(map(id, parts), self.bounded[id(args[0])])
        elif name in TIMES and all(isinstance(part, torch.Tensor) and part.ndim for part in args):
            for at in (self.bounded[id(part)] for part in args if id(part) in self.bounded):
                self.steps[at] = replace(self.steps[at], gates=True)

    def _notice(self, name: str, result: torch.Tensor, given: list[Any], before: torch.Tensor | None) -> None:
        learns = any(map(_learns, given))
        follows = learns and not name.startswith(FRESH)
        cuts = follows and not result.requires_grad and result.dtype != torch.bool and not _in_own_function()
        switched_off = cuts and not torch.is_grad_enabled()
        measured: dict[str, Any] = {}
        y = result.detach() if result.is_floating_point() else None
        if y is not None and y.ndim > 1 and y.numel():
            if before is not None:
                off = (y == 0) & (before < 0)
                units = (off.transpose(1, -1) if y.ndim == 4 else off).flatten(0, -2)  # (…, units)
                if units.shape[1] >= FEW_UNITS:
                    measured["dead"] = float(units.all(dim=0).float().mean())
                    measured["zeros"] = float(units.float().mean())
            if name in BOUNDED:
                low, high = BOUNDED[name]
                near = NEARLY * (high - low) / 2
                measured["saturated"] = float(((y < low + near) | (y > high - near)).float().mean())
            if name == "softmax" and y.ndim > 2 and y.shape[-1] == y.shape[-2] > 1:
                scores = given[0].detach()
                seen = scores[scores.abs() < MASKED].double()
                measured["scores"] = float(seen.std()) if len(seen) > 1 else math.nan
                measured["symmetric"] = _is_symmetric(scores)
                measured["sums"] = float((y.sum(dim=-1) - 1).abs().max())
        narrow = result.dtype in NARROW
        fills = name in FILLS  # −inf hides a score; +inf is none
        breaks = y is not None and (not fills or bool((y == math.inf).any())) and _breaks(y, given)
        levels = is_alone(name, given) if name in NORMS else name in FLAT | CASTS and _levels(result, given[0])
        if not learns and name in FLAT | CASTS and (rounds := _rounds(result, given[0])):
            measured["before"], measured["after"] = rounds
        if cuts or narrow or measured or breaks or name in FLAT or levels:
            infinite = breaks and not all(bool(part.isfinite().all()) for part in _numbers(given))
            step = Step(name, line_here(), cuts, switched_off, narrow, breaks=breaks, infinite=infinite, levels=levels)
            if name in BOUNDED:
                self.given.append(result)
                self.bounded[id(result)] = len(self.steps)
            self.steps.append(replace(step, **measured))
        if name in SAME_NUMBERS and id(given[0]) in self.squashed:
            self.given.append(result)
            self.squashed[id(result)] = self.squashed[id(given[0])]
        if name in SQUASHING:
            self.given.append(result)
            self.squashed[id(result)] = name, line_here()


def _is_symmetric(scores: torch.Tensor) -> bool:
    """Whether scores (…, T, T) that differ within a text equal their transpose, where none of the two is hidden."""
    turned, off_diagonal = scores.transpose(-1, -2), ~torch.eye(scores.shape[-1], dtype=torch.bool)
    seen = (scores.abs() < MASKED) & (turned.abs() < MASKED) & off_diagonal.to(scores.device)
    there = torch.where(seen, scores, 0.0)
    mean = there.sum(dim=(-1, -2), keepdim=True) / seen.sum(dim=(-1, -2), keepdim=True).clamp(min=1)
    spread = float(torch.where(seen, (scores - mean).abs(), 0.0).max())
    return spread > 1e-3 and bool((there - there.transpose(-1, -2)).abs().max() < 1e-4 * spread)


def name_of(func: Any, kwargs: Mapping[str, Any] | None = None) -> str:
    """A function's name; "data" for the attribute, and "floor_divide" for a division that rounds."""
    name = str(getattr(func, "__name__", ""))
    if (kwargs or {}).get("rounding_mode"):
        return "floor_divide"
    if name == "__get__":
        return str(getattr(getattr(func, "__self__", None), "__name__", name))
    return name


def dropped(args: Any, kwargs: dict[str, Any]) -> float:
    """The share that a dropout drops; 0 where it is not active."""
    share = kwargs.get("p", args[1] if len(args) > 1 else 0.5)
    active = kwargs.get("training", kwargs.get("train", args[2] if len(args) > 2 else True))
    return float(share) if active else 0.0


def line_here() -> str:
    """The line of the learner's file that is being run, "lenet.py:40"; "" where a line of a recipe is."""
    frame = sys._getframe(1)
    while frame is not None:
        file = frame.f_code.co_filename
        if not file.startswith(LIBRARIES) and file.endswith(".py"):
            return "" if file.startswith(OURS) else f"{Path(file).name}:{frame.f_lineno}"
        frame = frame.f_back  # type: ignore[assignment]  # None at the end
    return ""


def _in_own_function() -> bool:
    """Whether the forward of an autograd function of the learner's is being run: its backward gives the gradient."""
    frame = sys._getframe(1)
    while frame is not None:
        names = frame.f_code.co_varnames[:1]  # ctx comes first
        if names and isinstance(frame.f_locals.get(names[0]), torch.autograd.function.BackwardCFunction):
            return True
        frame = frame.f_back  # type: ignore[assignment]  # None at the end
    return False


def flat(values: list[Any]) -> list[Any]:
    """Arguments, those of a list among them."""
    return [part for value in values for part in (value if isinstance(value, list | tuple) else [value])]


def _learns(part: Any) -> bool:
    return isinstance(part, torch.Tensor) and part.requires_grad


def _levels(result: torch.Tensor, given: Any) -> bool:
    """Whether different numbers of several examples have become one and the same."""
    if not isinstance(given, torch.Tensor) or given.dtype == torch.bool or result.ndim < 2 or len(result) < 2:
        return False
    same = bool((result == result.flatten()[0]).all())
    return same and not bool((given == given.flatten()[0]).all())


def is_alone(name: str, given: list[Any]) -> bool:
    """Whether a norm takes the mean of one number each, and so leaves none."""
    x, over = given[0], next((each for each in given[1:] if isinstance(each, int)), 0)  # features, or groups
    if not isinstance(x, torch.Tensor) or not x.numel():
        return False
    return x.numel() == len(x) * over if name == "group_norm" else x.shape[-1] == over == 1


def _rounds(result: torch.Tensor, given: Any) -> tuple[int, int] | tuple[()]:
    """How many different numbers there were, and are, where most have become the same as another."""
    if not isinstance(given, torch.Tensor) or not given.is_floating_point() or result.dtype == torch.bool:
        return ()
    before, after = len(torch.unique(given)), len(torch.unique(result))
    return (before, after) if before >= MANY and FEWER * after <= before else ()


def _breaks(y: torch.Tensor, given: list[Any]) -> bool:
    """Whether nan comes of numbers that are none, or inf of finite ones: a softmax makes nan of a row of −inf."""
    numbers = _numbers(given)
    if bool(y.isnan().any()):
        return not any(bool(part.isnan().any()) for part in numbers)
    return not bool(y.isfinite().all()) and all(bool(part.isfinite().all()) for part in numbers)


def _numbers(given: list[Any]) -> list[torch.Tensor]:
    return [part for part in given if isinstance(part, torch.Tensor) and part.is_floating_point()]


Forward = Callable[[], torch.Tensor]


def noticed(forward: Forward) -> tuple[torch.Tensor, tuple[Step, ...]]:
    """What a forward gives, and what was noticed on the way."""
    mode = Noticed()
    with mode:
        y = forward()
    steps = list(mode.steps)
    if id(y) in mode.squashed:
        name, line = mode.squashed[id(y)]
        steps.append(Step(name, line, last=True))
    return y, tuple(steps)
