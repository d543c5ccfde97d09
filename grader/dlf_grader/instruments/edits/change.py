"""One change of an expression, and the small things that those who make changes share."""

from __future__ import annotations

import ast
from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    """A change of one node.

    Attributes:
        kind: an id, as in `Edit`.
        before, after: what stood there, and what stands there now; "" for nothing.
        made: the new node.
        node: the old one, or the nearest that has a line.
    """

    kind: str
    before: str
    after: str
    made: ast.AST
    node: ast.AST


def change(kind: str, node: ast.expr, made: ast.expr) -> Change:
    """A change whose before and after are the whole expressions."""
    return Change(kind, ast.unparse(node), ast.unparse(made), made, node)


def called(node: ast.Call) -> str:
    """The last part of the name that is called."""
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def is_numpy(node: ast.expr) -> bool:
    """Whether this is `np`, or a module of it."""
    return ast.unparse(node).split(".")[0] in ("np", "numpy")


def renamed(function: ast.expr, name: str) -> ast.expr:
    """The same function by another name: np.sum as np.mean."""
    return ast.Attribute(function.value, name) if isinstance(function, ast.Attribute) else ast.Name(name)


def integer(node: ast.expr) -> int | None:
    """A literal integer, with its sign; None for anything else."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and (inner := integer(node.operand)):
        return -inner
    return node.value if isinstance(node, ast.Constant) and type(node.value) is int else None


def number(value: float) -> ast.expr:
    """A literal number, with its sign."""
    return ast.Constant(value) if value >= 0 else ast.UnaryOp(ast.USub(), ast.Constant(-value))


def plus(node: ast.expr, step: int) -> ast.expr:
    """A number one higher or lower; x - 1 one higher is x."""
    if (value := integer(node)) is not None:
        return number(value + step)
    undoes = ast.Add if step < 0 else ast.Sub
    if isinstance(node, ast.BinOp) and isinstance(node.op, undoes) and integer(node.right) == 1:
        return node.left
    return ast.BinOp(node, ast.Add() if step > 0 else ast.Sub(), ast.Constant(1))
