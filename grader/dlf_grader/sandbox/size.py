"""How large a question to a worker is: a small one is answered soon, or its code does not end."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlf_grader.sandbox.protocol import Call, Operation, Put, Set, Tensor


def size_of(operation: Operation) -> int:
    """How many numbers, characters and calls an operation sends."""
    match operation:
        case Call(_, _, args, kwargs):
            return 1 + _numbers(args) + _numbers(kwargs)
        case Set(_, _, value) | Put(_, value):
            return 1 + _numbers(value)
    return 1


def _numbers(value: Any) -> int:
    match value:
        case np.ndarray():
            return int(value.size)
        case Tensor():
            return int(value.array.size)
        case str() | bytes():
            return len(value)
        case list() | tuple():
            return sum(map(_numbers, value))
        case dict():
            return sum(map(_numbers, value.values()))
    return 1
