"""A program's steps as the assignments a person would write, "s = a + b; y = s * s"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlf_grader.instruments.case import BY_HAND, Array, in_words

SIGNS = {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "pow": "**", "matmul": "@"}
IN_PLACE = {"iadd": "+=", "isub": "-=", "imul": "*=", "itruediv": "/="}
FUNCTIONS = frozenset({"cross_entropy"})  # of the exercise's module; everything else is an operator or a method
Write = Callable[[Array], str]


def expression(steps: Sequence[Any]) -> str:
    """The steps on one line; the middle of a long program is left out."""
    found = lines(steps, lambda array: in_words(array) if array.size <= BY_HAND else f"array of shape {array.shape}")
    return "; ".join(found if len(found) < 8 else [*found[:3], "…", found[-1]])


def lines(steps: Sequence[Any], write: Write) -> list[str]:
    """Each step as an assignment; `write` gives an array in words or as code."""
    return [_assignment(write, *one) for one in steps]


def _assignment(write: Write, result: str, operation: str, arguments: list[Any], keywords: dict[str, Any]) -> str:
    if operation in IN_PLACE:
        left, right = (_argument(argument, write) for argument in arguments)
        return f"{result} = {left}; {result} {IN_PLACE[operation]} {right}"
    return f"{result} = {_operation(write, operation, arguments, keywords)}"


def _operation(write: Write, operation: str, arguments: list[Any], keywords: dict[str, Any]) -> str:
    words = [_argument(argument, write) for argument in arguments]
    if operation in SIGNS:
        return f"{words[0]} {SIGNS[operation]} {words[1]}"
    if operation == "neg":
        return f"-{words[0]}"
    if operation == "getitem":
        return f"{words[0]}[{words[1]}]"
    named = [*words, *(f"{name}={value}" for name, value in keywords.items())]
    if operation in FUNCTIONS:
        return f"{operation}({', '.join(named)})"
    return f"{named[0]}.{operation}({', '.join(named[1:])})"


def _argument(argument: Any, write: Write) -> str:
    if isinstance(argument, np.ndarray):
        return write(argument)
    if isinstance(argument, dict) and "slice" in argument:
        return ":".join("" if part is None else str(part) for part in argument["slice"])
    if isinstance(argument, dict):
        return ", ".join(_argument(part, write) for part in argument["index"])
    return str(argument).removeprefix("$")
