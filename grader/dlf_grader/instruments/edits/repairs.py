"""Edits that repair: those of `operators`, and what puts back something that is not there.

A slip in a right file loses things; in a wrong file they have to be found again. There are more of these, so they are
tried last.
"""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Iterator

from dlf_grader.instruments.edits.change import Change, change, number
from dlf_grader.instruments.edits.one_step import Edit, defined, functions
from dlf_grader.instruments.edits.operators import MOST_NAMES, WRAPPERS, Scope, of_expression

MISSING = "missing"  # the kind of what is put back
EVERYWHERE = "everywhere"


def with_what_is_missing(node: ast.expr, scope: Scope, role: str = "") -> Iterator[Change]:
    """The changes of an expression, and what may be missing around it."""
    yield from of_expression(node, scope, role)
    names = [ast.Name(name) for name in scope.names[:MOST_NAMES]]
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        for name in names:
            yield change("name", node, name)
    if isinstance(node, ast.Subscript):
        for reduced in _reduced(node.value):
            yield change(MISSING, node, reduced)
    if not isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript | ast.BinOp):
        return
    if isinstance(node, ast.Name) and node.id not in scope.names:
        return
    if role == "shape":
        for name in names:
            yield change(MISSING, node, ast.BinOp(name, ast.Mult(), node))
        return
    for wrapper in WRAPPERS:
        yield change(MISSING, node, ast.Call(ast.Attribute(ast.Name("np"), wrapper), [node], []))
    for index in ((":", None), (None, ":"), (":", ":", None), (":", ":", None, None), (None, ":", None, None)):
        parts: list[ast.expr] = [ast.Slice() if part == ":" else ast.Constant(None) for part in index]
        yield change(MISSING, node, ast.Subscript(node, ast.Tuple(parts)))
    yield change(MISSING, node, ast.Call(ast.Attribute(node, "copy"), [], []))
    yield change(MISSING, node, ast.Call(ast.Attribute(node, "swapaxes"), [number(-1), number(-2)], []))
    for reduced in _reduced(node):
        yield change(MISSING, node, reduced)
    for name in names:
        yield change(MISSING, node, ast.Call(ast.Attribute(node, "astype"), [ast.Attribute(name, "dtype")], []))
    if not role:
        for name in names:
            for op in (ast.Mult(), ast.Div(), ast.Add(), ast.Sub()):
                yield change(MISSING, node, ast.BinOp(node, op, name))
        yield change(MISSING, node, ast.BinOp(number(1), ast.Sub(), node))


def _reduced(node: ast.expr) -> Iterator[ast.expr]:
    for name in ("sum", "mean"):
        for axis in (0, -1):
            yield ast.Call(ast.Attribute(node, name), [], [ast.keyword("axis", number(axis))])
    yield ast.Call(ast.Attribute(node, "sum"), [], [ast.keyword("axis", ast.Tuple([number(0), number(1)]))])


def everywhere(module: ast.Module, name: str) -> Iterator[Edit]:
    """One name or number of a statement exchanged wherever it stands in it, as in x[::1, ::1]."""
    original = functions(module)[name]
    simple = [
        at for at, node in enumerate(ast.walk(original)) if isinstance(node, ast.Assign | ast.AugAssign | ast.Return)
    ]
    for at in simple:
        statement = list(ast.walk(original))[at]
        assert isinstance(statement, ast.stmt)
        scope = Scope.of(original, None).before(statement.lineno)
        counts = Counter(key for node in ast.walk(statement) if (key := _key(node)) is not None)
        for old, count in counts.items():
            for new in [*scope.names[:MOST_NAMES], *(str(value) for value in (0, 1, 2))] if count > 1 else []:
                if new != old:
                    yield _exchanged(original, name, at, old, new)


def _key(node: ast.AST) -> str | None:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        return node.id
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return str(node.value)
    return None


class _Exchange(ast.NodeTransformer):
    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        if _key(node) == self.old:
            return ast.Constant(int(self.new)) if self.new.isdigit() else ast.Name(self.new)
        return self.generic_visit(node)


def _exchanged(original: ast.FunctionDef, name: str, at: int, old: str, new: str) -> Edit:
    function = copy.deepcopy(original)
    statement = list(ast.walk(function))[at]
    before = ast.unparse(statement)
    made = _Exchange(old, new).visit(statement)
    line = getattr(statement, "lineno", 1)
    return Edit(name, line, EVERYWHERE, before, ast.unparse(made), before, defined(name, ast.unparse(function)))
