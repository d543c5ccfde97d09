"""What becomes of one expression when a person slips: an operator, an operand, an index, an axis, a name.

Each function yields changes of a node; where the node hangs is `one_step`'s concern.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

from dlf_grader.instruments.edits.calls import of_call, of_subscript
from dlf_grader.instruments.edits.change import Change, change, integer, number

Maker = Iterator[Change]
OPERATORS: dict[type, tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add, ast.MatMult),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Div, ast.Mod),
    ast.MatMult: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.Mod: (ast.FloorDiv,),
}
SYMBOLS: dict[type, str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.MatMult: "@",
    ast.Pow: "**",
    ast.Mod: "%",
}
ORDERED = (ast.Sub, ast.Div, ast.MatMult, ast.Pow, ast.FloorDiv)  # a op b is not b op a
COMPARISONS: dict[type, tuple[type[ast.cmpop], ...]] = {
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
SHAPED = frozenset(
    ["reshape", "transpose", "swapaxes", "zeros", "ones", "empty", "range", "ndindex", "arange", "eye", "pad", "split"]
)  # their arguments say where or how large
KEPT = ("cache", "dL_", "_")  # how attributes begin that hold no hyper-parameter
WRAPPERS = ("sqrt", "exp", "log", "abs", "square")
MOST_NAMES, MOST_INSERTED = 14, 8


@dataclass(frozen=True)
class Scope:
    """What a function can name: its arguments and variables, and the attributes of self."""

    first: Mapping[str, int]  # names, and the line from which each is known
    attributes: tuple[str, ...]
    line: int = 0

    @classmethod
    def of(cls, function: ast.FunctionDef, owner: ast.ClassDef | None) -> Scope:
        """The scope of a function, of a class if it is a method."""
        asked = function.args
        arguments = [
            a.arg for a in (*asked.posonlyargs, *asked.args, *asked.kwonlyargs) if a.arg not in ("self", "cls")
        ]
        first = dict.fromkeys(arguments, 0)
        for node in ast.walk(function):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                first[node.id] = min(node.lineno, first.get(node.id, node.lineno))
        attributes = [
            node.attr
            for node in ast.walk(owner or function)
            if isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and isinstance(node.value, ast.Name)
            and node.value.id == "self"
            and not node.attr.startswith(KEPT)
        ]
        return cls(first, tuple(dict.fromkeys(attributes)))

    def before(self, line: int) -> Scope:
        """What is known on a line."""
        return replace(self, line=line)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, line in self.first.items() if line < self.line)


def of_expression(node: ast.expr, scope: Scope, role: str = "") -> Maker:
    """The changes of an expression.

    Args:
        role: "value" where it is all that a statement assigns or returns, "shape" where it says where or how large.
    """
    makers: dict[type, Callable[..., Maker]] = {
        ast.BinOp: _binary,
        ast.UnaryOp: _unary,
        ast.Constant: _constant,
        ast.Compare: _compare,
        ast.BoolOp: _boolean,
        ast.IfExp: _conditional,
        ast.Call: of_call,
        ast.Subscript: of_subscript,
        ast.Tuple: _tuple,
    }
    if (maker := makers.get(type(node))) is not None:
        yield from maker(node)
    if isinstance(node, ast.Name | ast.Attribute):
        yield from _named(node, scope)
    if isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript | ast.BinOp) and role != "shape":
        yield from _around(node, scope, role)


def _binary(node: ast.BinOp) -> Maker:
    left, op, right = node.left, node.op, node.right
    for other in OPERATORS.get(type(op), ()):
        yield change("operator", node, ast.BinOp(left, other(), right))
    symbol = SYMBOLS[type(op)]
    yield Change("operand-dropped", f"{symbol} {_as_operand(right)}", "", left, node)
    made = ast.UnaryOp(ast.USub(), right) if isinstance(op, ast.Sub) else right
    yield Change("operand-dropped", f"{_as_operand(left)} {symbol}", "", made, node)
    if isinstance(op, ORDERED):
        yield change("operands-swapped", node, ast.BinOp(right, op, left))
    if isinstance(left, ast.BinOp):  # (a + b) * c and a + b * c
        yield change("regrouped", node, ast.BinOp(left.left, left.op, ast.BinOp(left.right, op, right)))
    if isinstance(right, ast.BinOp):
        yield change("regrouped", node, ast.BinOp(ast.BinOp(left, op, right.left), right.op, right.right))


def _as_operand(node: ast.expr) -> str:
    text = ast.unparse(node)
    return f"({text})" if isinstance(node, ast.BinOp) else text


def _unary(node: ast.UnaryOp) -> Maker:
    if not isinstance(node.operand, ast.Constant):
        yield change("sign" if isinstance(node.op, ast.USub) else "not-dropped", node, node.operand)


def _constant(node: ast.Constant) -> Maker:
    value = node.value
    if isinstance(value, bool):
        yield change("switch", node, ast.Constant(not value))
    elif isinstance(value, int | float):
        others = [value + 1, value - 1, value * 2, value / 2, 0, 1, -value]
        if isinstance(value, int):
            others = [int(other) for other in others if other == int(other)]
        if 0 < abs(value) < 1 and isinstance(value, float):
            others += [round(1 - value, 12), value * 10, value / 10, value * value]
        for other in dict.fromkeys(others):
            if other != value:
                made = ast.Constant(other) if other >= 0 else ast.UnaryOp(ast.USub(), ast.Constant(-other))
                yield change("constant", node, made)
    elif value is None:
        yield change("index", node, ast.Slice())  # as [None, :], one axis fewer


def _compare(node: ast.Compare) -> Maker:
    if len(node.ops) == 1:
        for other in COMPARISONS.get(type(node.ops[0]), ()):
            yield change("comparison", node, ast.Compare(node.left, [other()], node.comparators))


def _boolean(node: ast.BoolOp) -> Maker:
    other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    yield change("condition", node, ast.BoolOp(other, node.values))
    for at in range(len(node.values)):
        rest = [*node.values[:at], *node.values[at + 1 :]]
        yield change("condition", node, rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest))


def _conditional(node: ast.IfExp) -> Maker:
    yield change("branch", node, node.body)
    yield change("branch", node, node.orelse)
    yield change("branch", node, ast.IfExp(node.test, node.orelse, node.body))


def _tuple(node: ast.Tuple) -> Maker:
    count = len(node.elts)
    for a, b in combinations(range(count), 2):
        made = list(node.elts)
        made[a], made[b] = made[b], made[a]
        yield change("swapped", node, ast.Tuple(made))
    for at in range(count if 2 <= count <= 3 else 0):
        rest = [*node.elts[:at], *node.elts[at + 1 :]]
        if all(integer(part) is not None for part in node.elts):
            yield change("axis", node, ast.Tuple(rest) if len(rest) > 1 else rest[0])


# -- names, and what is put around ----------------------------------------------------------------


def _named(node: ast.Name | ast.Attribute, scope: Scope) -> Maker:
    own = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    if isinstance(node, ast.Name) and node.id in scope.names:
        for other in scope.names[:MOST_NAMES]:
            if other != node.id:
                yield change("name", node, ast.Name(other))
        if node.id in scope.attributes:
            yield change("name", node, ast.Attribute(ast.Name("self"), node.id))
    elif own and isinstance(node, ast.Attribute):
        for other in scope.attributes[:MOST_NAMES]:
            if other != node.attr:
                yield change("name", node, ast.Attribute(ast.Name("self"), other))
        if node.attr in scope.names:
            yield change("name", node, ast.Name(node.attr))
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield change("transposed", node, node.value)


def _around(node: ast.expr, scope: Scope, role: str) -> Maker:
    """Something that does not belong there is put around an expression."""
    if isinstance(node, ast.Attribute) and node.attr in ("T", "shape", "dtype", "ndim", "size"):
        return
    if isinstance(node, ast.Name | ast.Attribute) and not _is_value(node, scope):
        return
    yield change("sign", node, ast.UnaryOp(ast.USub(), node))
    yield change("transposed", node, ast.Attribute(node, "T"))
    if isinstance(node, ast.BinOp) and not role:
        return
    for wrapper in WRAPPERS if role else ():
        yield change("wrapped", node, ast.Call(ast.Attribute(ast.Name("np"), wrapper), [node], []))
    for factor in (2, 0.5):
        yield change("factor", node, ast.BinOp(number(factor), ast.Mult(), node))
    yield change("factor", node, ast.BinOp(node, ast.Pow(), number(2)))
    if role:
        yield from _inserted(node, scope)
        for axis in (0, -1):
            reduced = ast.Call(ast.Attribute(node, "sum"), [], [ast.keyword("axis", number(axis))])
            yield change("reduced", node, reduced)
        for flipped in ((None, None, -1), (1, None, None), (None, -1, None)):
            parts = [None if part is None else number(part) for part in flipped]
            yield change("index", node, ast.Subscript(node, ast.Slice(*parts)))
        for at in (0, -1):
            yield change("index", node, ast.Subscript(node, number(at)))


def _inserted(node: ast.expr, scope: Scope) -> Maker:
    names: list[ast.expr] = [ast.Name(name) for name in scope.names[:MOST_INSERTED]]
    arrays = scope.names[:2]
    for value in names:
        for op in (ast.Add(), ast.Sub()):
            yield change("term", node, ast.BinOp(node, op, value))
    names += [ast.Attribute(ast.Name("self"), name) for name in scope.attributes[:MOST_INSERTED]]
    names += [ast.Call(ast.Name("len"), [ast.Name(name)], []) for name in arrays]
    names += [ast.Attribute(ast.Name(name), "size") for name in arrays]
    for value in names:
        for by in (ast.Mult(), ast.Div()):
            yield change("factor", node, ast.BinOp(node, by, value))


def _is_value(node: ast.Name | ast.Attribute, scope: Scope) -> bool:
    if isinstance(node, ast.Name):
        return node.id in scope.names
    return isinstance(node.value, ast.Name) and node.value.id == "self" and node.attr in scope.attributes
