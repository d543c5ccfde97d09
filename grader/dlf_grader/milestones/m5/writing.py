"""A program in words: as the expression a person would write, and as Python that repeats a case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dlf_grader.instruments_old.layer import Case

SHOWN = 60  # elements up to which an array is written out
SIGNS = {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "pow": "**", "matmul": "@"}


def expression(steps: Sequence[Any]) -> str:
    """The steps as assignments, "s = a + b; y = s * s"."""
    lines = _lines(steps)
    return "; ".join(lines) if len(lines) < 8 else "; ".join([*lines[:3], "…", lines[-1]])


def as_code(module: str, case: Case) -> str:
    """Python that repeats a case on the learner's own file, to be run in the tree's folder."""
    constants = case.init["constants"]
    lines = ["import numpy as np", "from m5_autograd.tensor import Tensor"]
    if any(operation == "cross_entropy" for _, operation, _, _ in case.init["steps"]):
        lines.append(f"from {module} import cross_entropy")
    lines += ["array = np.array", ""]
    lines += [f"{name} = Tensor({_written(v)}, {name not in constants})" for name, v in case.attributes.items()]
    lines += _lines(case.init["steps"], whole=True)
    lines.append("y.backward()" if case.upstream is None else f"y.backward({_written(case.upstream)})")
    return "\n".join([*lines, *(f"print({name}.grad)" for name in case.attributes if name not in constants)])


def _lines(steps: Sequence[Any], *, whole: bool = False) -> list[str]:
    return [f"{result} = {_operation(*rest, whole=whole)}" for result, *rest in steps]


def _operation(operation: str, arguments: list[Any], keywords: dict[str, Any], *, whole: bool) -> str:
    words = [_argument(argument, whole=whole) for argument in arguments]
    if operation in SIGNS:
        return f"{words[0]} {SIGNS[operation]} {words[1]}"
    if operation == "neg":
        return f"-{words[0]}"
    if operation == "getitem":
        return f"{words[0]}[{words[1]}]"
    named = [*words, *(f"{name}={value}" for name, value in keywords.items())]
    if operation == "cross_entropy":
        return f"cross_entropy({', '.join(named)})"
    return f"{named[0]}.{operation}({', '.join(named[1:])})"


def _argument(argument: Any, *, whole: bool) -> str:
    if isinstance(argument, np.ndarray):
        return _written(argument) if whole or argument.size <= 4 else f"array of shape {argument.shape}"
    if isinstance(argument, dict) and "slice" in argument:
        return ":".join("" if part is None else str(part) for part in argument["slice"])
    if isinstance(argument, dict):
        return ", ".join(_argument(part, whole=whole) for part in argument["index"])
    return str(argument).removeprefix("$")


def _written(value: Any) -> str:
    if value.size > SHOWN:
        return f"np.random.default_rng(0).standard_normal({value.shape})"
    exact = np.round(value, 6) if value.dtype.kind == "f" else value
    return f"array({exact.tolist()})"
