"""Arrays that count the multiplications of matrix products, so that a cost is an operation count and not a time.

They live in the worker, beside the learner's code. Where that turns them into plain arrays, nothing is counted.
"""

from __future__ import annotations

from typing import Any

import numpy as np

PRODUCTS = (np.matmul, np.vecdot)


class Counted(np.ndarray):
    """An array of numbers; what is computed of it is one too. All of them count together."""

    multiplications = 0
    __array_priority__ = 1.0  # np.concatenate of one and a plain array is one, too

    def __new__(cls, values: Any) -> Counted:
        return np.array(values).view(cls)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **keywords: Any) -> Any:
        if ufunc in PRODUCTS and method == "__call__":
            left, right = (np.shape(value) for value in inputs)
            Counted.multiplications += _product(left, right)
        plain = [_plain(value) for value in inputs]
        given = keywords.get("out")
        if given is not None:
            keywords["out"] = tuple(_plain(value) for value in given)
        if "where" in keywords:
            keywords["where"] = _plain(keywords["where"])
        found = getattr(ufunc, method)(*plain, **keywords)
        if given is not None and len(given) == 1:
            return given[0]
        return found.view(Counted) if isinstance(found, np.ndarray) else found

    def __array_function__(self, function: Any, types: Any, arguments: Any, keywords: Any) -> Any:
        name = getattr(function, "__name__", "")
        if name in ("dot", "inner", "tensordot", "einsum", "einsum_path"):
            arrays = [value for value in arguments if isinstance(value, np.ndarray)]
            if name == "dot" and len(arrays) == 2:
                Counted.multiplications += _product(arrays[0].shape, arrays[1].shape)
            elif name == "einsum" and isinstance(arguments[0], str):
                Counted.multiplications += _letters(arguments[0], arrays)
        return super().__array_function__(function, types, arguments, keywords)


def _plain(value: Any) -> Any:
    return value.view(np.ndarray) if isinstance(value, Counted) else value


def _product(left: tuple[int, ...], right: tuple[int, ...]) -> int:
    """Multiplications of a matrix product of these shapes."""
    rows = left[-2] if len(left) > 1 else 1
    columns = right[-1] if len(right) > 1 else 1
    batch = np.broadcast_shapes(left[:-2], right[:-2])
    return int(np.prod(batch, dtype=np.int64)) * rows * left[-1] * columns


def _letters(subscripts: str, arrays: list[np.ndarray]) -> int:
    """Multiplications of an einsum, one for each choice of its letters."""
    sizes: dict[str, int] = {}
    for letters, array in zip(subscripts.partition("->")[0].replace(" ", "").split(","), arrays, strict=False):
        sizes |= dict(zip(letters.replace("...", ""), array.shape[-len(letters.replace("...", "")) :], strict=False))
    return int(np.prod(list(sizes.values()), dtype=np.int64))


def multiplications(layer: Any, *inputs: Any) -> int:
    """How many multiplications of matrix products a call of `forward` makes."""
    Counted.multiplications = 0
    layer.forward(*inputs)
    return Counted.multiplications
