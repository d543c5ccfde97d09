"""Statements of a failing function that cannot be meant as they stand: an `==` for `=`, a loop of one pass."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass

from dlf_grader.report import Diagnosis
from dlf_grader.run.reading.in_place import METHODS

_PLAIN = (ast.Compare, ast.cmpop, ast.Name, ast.Constant, ast.expr_context, ast.BinOp, ast.operator)
_NEW = ("reshape", "astype", "transpose", "swapaxes", "squeeze", "ravel", "flatten")  # methods that change nothing
_OF_ONE = ("exp", "log", "sqrt", "tanh", "abs", "square", "negative", "transpose", "sum", "mean")
_OF_TWO = ("add", "subtract", "multiply", "divide", "maximum", "minimum", "matmul", "dot", "reshape")


@dataclass(frozen=True)
class Slip:
    """A statement, and what is certain of it."""

    statement: ast.stmt
    diagnosis: Diagnosis


def slips_in(function: ast.AST | None) -> Iterator[Slip]:
    """What is certain of a function, whatever it is to compute."""
    if not isinstance(function, ast.FunctionDef):
        return
    for node in ast.walk(function):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Compare):
            text = f"Line {node.lineno} compares, and nothing uses the result: = assigns, == compares."
            yield Slip(node, Diagnosis("compared", text))
        if isinstance(node, ast.Expr) and _only_computes(node.value):
            text = f"Line {node.lineno} computes something that nothing uses: assign it, or return it."
            yield Slip(node, Diagnosis("unused", text))
        if isinstance(node, ast.For | ast.While) and (end := _always_ends(node.body)):
            text = f"Line {end} ends the loop of line {node.lineno} in its first pass."
            yield Slip(node, Diagnosis("one-pass", text))
        if isinstance(node, ast.While) and (kept := _never_changed(node, function)):
            test = ast.unparse(node.test)
            text = f"Nothing in the loop of line {node.lineno} changes {kept}, so `{test}` stays as it is."
            yield Slip(node, Diagnosis("endless", text))
        if isinstance(node, ast.For) and _counts_to_nothing(node.iter):
            how = ast.unparse(node.iter)
            text = f"{how} on line {node.lineno} counts upwards, so it is empty: reversed(range(…)) counts down."
            yield Slip(node, Diagnosis("no-pass", text))


def shared_in(whole: ast.ClassDef) -> Iterator[Slip]:
    """The lists and arrays of a class that its methods fill, though each object needs its own."""
    methods = [each for each in whole.body if isinstance(each, ast.FunctionDef)]
    for made in whole.body:
        if not isinstance(made, ast.Assign) or not isinstance(made.targets[0], ast.Name) or not _fillable(made.value):
            continue
        name = made.targets[0].id
        uses = [use for method in methods for use in ast.walk(method)]
        anew = [target for use in uses for target in _targets(use)]
        if f"self.{name}" in map(ast.unparse, anew):
            continue
        if any(_fills(use, f"self.{name}") for use in uses):
            text = f"Line {made.lineno} makes {name} once, and all objects share it: assign self.{name} in __init__."
            yield Slip(made, Diagnosis("shared-by-objects", text))


def _targets(node: ast.AST) -> list[ast.expr]:
    """What a statement gives a value anew; `+=` goes on with the one that is there."""
    if isinstance(node, ast.AnnAssign):
        return [node.target]
    targets = node.targets if isinstance(node, ast.Assign) else []
    return [part for each in targets for part in (each.elts if isinstance(each, ast.Tuple) else [each])]


def _fillable(value: ast.expr) -> bool:
    """Whether an expression makes a list, a dict, a set or an array of zeros."""
    if isinstance(value, ast.Call):
        return ast.unparse(value.func) in ("list", "dict", "set", "np.zeros", "np.empty", "np.ones")
    return isinstance(value, ast.List | ast.Dict | ast.Set)


def _fills(node: ast.AST, name: str) -> bool:
    """`self.seen.append(x)`, `self.seen[0] = x`, `self.seen += …`"""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in METHODS and ast.unparse(node.func.value) == name
    if isinstance(node, ast.AugAssign):
        return ast.unparse(node.target) == name
    return isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and ast.unparse(node.value) == name


def _never_changed(loop: ast.While, function: ast.FunctionDef) -> str:
    """The variables of a comparison that no pass of a loop can change or leave, in words; "" where one may."""
    tested = list(ast.walk(loop.test))
    names = dict.fromkeys(each.id for each in tested if isinstance(each, ast.Name))
    local = {each.arg for each in ast.walk(function.args) if isinstance(each, ast.arg)}
    local |= {each.id for each in ast.walk(function) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
    if not names or not names.keys() <= local or not all(isinstance(each, _PLAIN) for each in tested):
        return ""
    for each in (node for statement in loop.body for node in ast.walk(statement)):
        if isinstance(each, ast.Break | ast.Return | ast.Raise | ast.Yield | ast.YieldFrom | ast.Nonlocal | ast.Global):
            return ""
        if isinstance(each, ast.Name) and each.id in names and not isinstance(each.ctx, ast.Load):
            return ""
        if isinstance(each, ast.Call):
            handed = [*each.args, *(keyword.value for keyword in each.keywords), getattr(each.func, "value", None)]
            if any(isinstance(part, ast.Name) and part.id in names for part in handed):
                return ""
            if isinstance(each.func, ast.Name) and not hasattr(builtins, each.func.id):
                return ""  # a function inside this one may change them
    return " or ".join(names)


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
