"""Statements of a failing function that cannot be meant as they stand: an `==` for `=`, a loop of one pass."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from dlf_grader.report import Diagnosis

_NEW = ("reshape", "astype", "transpose", "swapaxes", "squeeze", "ravel", "flatten")  # methods that change nothing
_OF_ONE = ("exp", "log", "sqrt", "tanh", "abs", "square", "negative", "transpose", "sum", "mean")
_OF_TWO = ("add", "subtract", "multiply", "divide", "maximum", "minimum", "matmul", "dot", "reshape")


@dataclass(frozen=True)
class Slip:
    """A statement, and what is certain of it."""

    statement: ast.For | ast.While | ast.Expr
    diagnosis: Diagnosis


def slips_in(function: ast.AST | None) -> Iterator[Slip]:
    """What is certain of a function, whatever it is to compute."""
    for node in ast.walk(function) if isinstance(function, ast.FunctionDef) else ():
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Compare):
            text = f"Line {node.lineno} compares, and nothing uses the result: = assigns, == compares."
            yield Slip(node, Diagnosis("compared", text))
        if isinstance(node, ast.Expr) and _only_computes(node.value):
            text = f"Line {node.lineno} computes something that nothing uses: assign it, or return it."
            yield Slip(node, Diagnosis("unused", text))
        if isinstance(node, ast.For | ast.While) and (end := _always_ends(node.body)):
            text = f"Line {end} ends the loop of line {node.lineno} in its first pass."
            yield Slip(node, Diagnosis("one-pass", text))
        if isinstance(node, ast.For) and _counts_to_nothing(node.iter):
            how = ast.unparse(node.iter)
            text = f"{how} on line {node.lineno} counts upwards, so it is empty: reversed(range(…)) counts down."
            yield Slip(node, Diagnosis("no-pass", text))


def _only_computes(value: ast.expr) -> bool:
    """Whether an expression makes a new value and changes nothing: `y + b`, `x.reshape(-1)`, `np.maximum(x, 0)`."""
    if isinstance(value, ast.BinOp | ast.UnaryOp):
        return True
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return False
    if any(keyword.arg in ("out", None) for keyword in value.keywords):
        return False
    name, of_numpy = value.func.attr, ast.unparse(value.func.value) in ("np", "numpy")
    return name in {1: _OF_ONE, 2: _OF_TWO}.get(len(value.args), ()) if of_numpy else name in _NEW


def _counts_to_nothing(iterated: ast.expr) -> bool:
    """`range(T, 0)` and `range(len(x) - 1, -1)`, which were to count down."""
    if not isinstance(iterated, ast.Call) or ast.unparse(iterated.func) != "range" or len(iterated.args) != 2:
        return False
    start = iterated.args[0]
    if isinstance(start, ast.BinOp) and isinstance(start.op, ast.Sub) and ast.unparse(start.right) == "1":
        start = start.left
    size = ast.unparse(start)
    return ast.unparse(iterated.args[1]) in ("0", "-1") and (size in ("T", "N") or "len(" in size or ".shape[" in size)


def _always_ends(body: list[ast.stmt]) -> int:
    """The line of a `return` or `break` that every pass of a loop comes to; 0 where a pass may go on."""
    if any(isinstance(part, ast.Continue) for each in body for part in ast.walk(each)):
        return 0
    return next((each.lineno for each in body if isinstance(each, ast.Return | ast.Break)), 0)
