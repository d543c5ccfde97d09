"""Whether code that asks for a module goes on without it: `try: import cupy`, `except ImportError: cupy = numpy`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from types import FrameType

CATCHES = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


def goes_on_without(frame: FrameType) -> bool:
    """Whether the line that a frame is at is in a `try` that catches an import's failure."""
    try:
        with open(frame.f_code.co_filename, encoding="utf-8") as file:
            tree = ast.parse(file.read())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(first <= frame.f_lineno <= last for first, last in _tried(tree))


def _tried(tree: ast.AST) -> Iterator[tuple[int, int]]:
    """The first and last line of every `try` that catches a failing import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Try) and any(map(_catches, node.handlers)):
            yield node.body[0].lineno, node.body[-1].end_lineno or node.body[-1].lineno


def _catches(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or (isinstance(kind, ast.Name) and kind.id in CATCHES) for kind in kinds)
