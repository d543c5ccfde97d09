"""A case: one set of inputs to an exercise, its answers, and the numbers of which small ones are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

Array = np.ndarray
Answer = dict[str, Any]  # tensors by name: "y", "dL_dx", "dL_dW", "running_mean"
RngFor = Callable[[int], np.random.Generator]

BY_HAND = 4  # elements of the largest array that a label shows
FEW = 4000  # numbers of a case that is run again and again
AWAY = 1e-2  # how far from a kink the inputs of a gradient check keep


@dataclass(frozen=True)
class Case:
    """One set of inputs.

    Attributes:
        label: in words, "N=1 C=1 H=W=3, kernel 2, stride 2".
        inputs: arguments of `forward`, or of the function; float64 unless they are class numbers.
        init: the constructor's arguments, or the function's by keyword.
        attributes: parameters and state to assign before `forward`.
        upstream: argument of `backward`; None for a loss, whose `backward` takes none.
        traits: what is special about it, "a stride above 1"; the first failing case names the new one.
        more: gradients of what else `forward` returns, which `backward` takes after `upstream`.
    """

    label: str
    inputs: tuple[Array, ...]
    init: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    upstream: Array | None = None
    traits: frozenset[str] = frozenset()
    more: tuple[Array, ...] = ()

    def question(self) -> dict[str, Any]:
        """The case as an oracle's arguments."""
        asked = {
            "init": self.init,
            "attributes": self.attributes,
            "inputs": list(self.inputs),
            "upstream": self.upstream,
        }
        return asked | ({"more": list(self.more)} if self.more else {})

    @cached_property
    def numbers(self) -> int:
        """How many its inputs and attributes hold."""
        arrays = [value for value in (*self.inputs, *self.attributes.values()) if isinstance(value, np.ndarray)]
        return sum(array.size for array in arrays)

    @property
    def upstreams(self) -> tuple[Array, ...]:
        """Every array that `backward` takes."""
        return () if self.upstream is None else (self.upstream, *self.more)


@dataclass(frozen=True)
class Trial:
    """A case with the learner's answer and the right one."""

    number: int
    case: Case
    yours: Answer
    expected: Answer


def label(*words: str) -> str:
    """A case in words, those that are empty left out."""
    return ", ".join(word for word in words if word)


def counted(number: int, noun: str) -> str:
    """ "1 head" or "2 heads"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def image_size(height: int, width: int) -> str:
    """ "H=W=3" or "H=5 W=3"."""
    return f"H=W={height}" if height == width else f"H={height} W={width}"


def traits(holds: Mapping[str, bool]) -> frozenset[str]:
    """Those of the named traits that hold."""
    return frozenset(name for name, there in holds.items() if there)


def drawn_size(rng: np.random.Generator, low: int, high: int) -> int:
    """A size that is as likely between 8 and 16 as between 16 and 32."""
    return round(float(np.exp(rng.uniform(np.log(low), np.log(high)))))


def whole(rng: np.random.Generator, *shape: int) -> Array:
    """Whole numbers of either sign, no 0 or 1, and no two of the same size: a mix-up cannot go unnoticed."""
    size = int(np.prod(shape))
    sizes = rng.permutation(np.arange(2, size + 4))[:size]
    signed: Array = np.asarray(sizes * rng.choice([-1, 1], size), dtype=float)
    return signed.reshape(shape)


def small_whole(rng: np.random.Generator, *shape: int) -> Array:
    """Whole numbers from -3 to 3 without 0, for tensors with too many elements to be all different."""
    return np.asarray(rng.choice([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0], shape))


def off_zero(rng: np.random.Generator, *shape: int) -> Array:
    """Normal numbers, each at least `AWAY` from zero."""
    x: Array = rng.standard_normal(shape)
    moved: Array = x + np.where(x < 0, -AWAY, AWAY)
    return moved


def shown(**arrays: Array | None) -> str:
    """Small arrays in words, "x = [[2, -1]], b = [3]"; nothing if one of them is large."""
    there = {name: array for name, array in arrays.items() if array is not None}
    if any(array.size > BY_HAND for array in there.values()):
        return ""
    return ", ".join(f"{name} = {in_words(array)}" for name, array in there.items())


def in_words(array: Array, digits: int = 4) -> str:
    """An array's numbers, without ".0" where all are whole."""
    exact = array.astype(int) if np.array_equal(array, np.trunc(array)) else np.round(array, digits)
    return str(exact.tolist())
