"""Which piece of an array a statement fills, `out[..., 1::2] = …`, as far as its indices are numbers."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from dlf_grader.run.reading.givers import Is
from dlf_grader.run.reading.in_place import own_nodes
from dlf_grader.run.reading.source import Function


def filler_of(function: Function, is_it: Is, index: Sequence[int]) -> ast.Assign | None:
    """The one statement that fills the piece with this element, if each of those that fill it says which piece it is.

    Args:
        is_it: whether a node is the array.
    """
    filling, inside = list[ast.Assign](), list[bool | None]()
    for each in own_nodes(function):
        if isinstance(each, ast.Assign):
            for target in each.targets:
                if isinstance(target, ast.Subscript) and is_it(target.value):
                    filling.append(each)
                    inside.append(_lies_in(target.slice, index))
        elif isinstance(each, ast.AugAssign) and any(map(is_it, ast.walk(each.target))):
            return None
    return filling[inside.index(True)] if None not in inside and inside.count(True) == 1 else None


def _lies_in(piece: ast.expr, index: Sequence[int]) -> bool | None:
    """Whether an element lies in a piece; None where that is not known."""
    axes = piece.elts if isinstance(piece, ast.Tuple) else [piece]
    dots = [at for at, each in enumerate(axes) if isinstance(each, ast.Constant) and each.value is ...]
    if len(dots) > 1 or len(axes) - len(dots) > len(index):
        return None
    pairs = list(zip(axes[: dots[0]] if dots else axes, index, strict=False))
    if after := axes[dots[0] + 1 :] if dots else []:
        pairs += zip(after, index[-len(after) :], strict=True)
    found = [_on_axis(axis, at) for axis, at in pairs]
    return False if False in found else None if None in found else True


def _on_axis(axis: ast.expr, at: int) -> bool | None:
    if isinstance(number := _number(axis), int):
        return number == at if number >= 0 else None
    if not isinstance(axis, ast.Slice):
        return None
    start, stop, step = (each if each is None else _number(each) for each in (axis.lower, axis.upper, axis.step))
    start, step = 0 if axis.lower is None else start, 1 if axis.step is None else step
    if (
        start is None
        or step is None
        or start < 0
        or step < 1
        or (axis.upper is not None and (stop is None or stop < 0))
    ):
        return None
    return at >= start and (at - start) % step == 0 and (stop is None or at < stop)


def _number(node: ast.expr) -> int | None:
    try:
        value = ast.literal_eval(node)
    except (ValueError, SyntaxError, TypeError):
        return None
    return value if type(value) is int else None
