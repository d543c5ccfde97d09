"""What becomes of one expression when a person slips in a PyTorch network: a mask, an axis, an argument, a call.

There are fewer of these than of `operators`' changes, for each is tried by a short training.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import combinations

from dlf_grader.instruments.edits.change import Change, called, change, integer, number, renamed
from dlf_grader.instruments.edits.operators import Scope

Maker = Iterator[Change]
OTHERS: dict[type, tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Div,),
}
NEGATED: dict[type, tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.GtE, ast.LtE),
    ast.LtE: (ast.Gt, ast.Lt),
    ast.Gt: (ast.LtE, ast.GtE),
    ast.GtE: (ast.Lt, ast.Gt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}
AXES = {0: (1, -1), 1: (0, 2, -1), 2: (1, 3, -1), 3: (2, -1), -1: (1, 0, -2), -2: (-1, 1)}
EXCHANGED = (("sum", "mean"), ("amax", "mean"), ("min", "max"), ("triu", "tril"), ("sin", "cos"))
SWAPPED = frozenset(("permute", "transpose", "view", "reshape", "swapaxes", "where"))
MASKED = {"masked_fill": -2, "masked_fill_": -2, "where": 0}  # which argument is the mask
ADDED: dict[str, tuple[str, str]] = {  # what is left out of a call
    "LSTM": ("batch_first", "True"),
    "GRU": ("batch_first", "True"),
    "RNN": ("batch_first", "True"),
    "triu": ("diagonal", "1"),
    "dropout": ("training", "self.training"),
    "from_pretrained": ("freeze", "False"),
}
MODULES = frozenset(("torch", "nn", "F", "math", "np", "nn.functional", "nn.init", "torch.nn", "torch.nn.functional"))
MOST_NAMES = 3


def of_network(node: ast.expr, scope: Scope, role: str = "") -> Maker:
    """The changes of an expression of a network.

    Args:
        role: "value" where it is all that a statement assigns or returns, "shape" where it says where or how large.
    """
    if isinstance(node, ast.Call):
        yield from _call(node, scope, role)
    elif isinstance(node, ast.BinOp):
        for other in OTHERS.get(type(node.op), ()):
            yield change("operator", node, ast.BinOp(node.left, other(), node.right))
        yield change("operand-dropped", node, node.left)
        yield change("operand-dropped", node, node.right)
    elif isinstance(node, ast.UnaryOp) and not isinstance(node.operand, ast.Constant):
        yield change("sign", node, node.operand)
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        for negated in NEGATED.get(type(node.ops[0]), ()):
            yield change("comparison", node, ast.Compare(node.left, [negated()], node.comparators))
    elif isinstance(node, ast.Constant):
        yield from _constant(node)
    elif isinstance(node, ast.IfExp):
        yield change("branch", node, node.body)
        yield change("branch", node, node.orelse)
    elif isinstance(node, ast.Subscript):
        yield from _index(node)
        yield from _whole(node, node.value)
    elif isinstance(node, ast.Attribute) and node.attr in ("values", "data", "T", "mT"):
        yield from _whole(node, node.value)
        yield change("call-dropped", node, node.value)
    elif isinstance(node, ast.Name) and role == "value" and node.id in scope.names:
        for name in _others(node, scope):
            yield change("name", node, name)


def _others(node: ast.Name, scope: Scope) -> list[ast.expr]:
    """The names that could stand there."""
    return [ast.Name(name) for name in scope.names[-MOST_NAMES:] if name != node.id]


def _constant(node: ast.Constant) -> Maker:
    value = node.value
    if isinstance(value, bool):
        yield change("switch", node, ast.Constant(not value))
    elif isinstance(value, float) and value:
        close = [1 - value] if 0 < value < 1 else []
        for other in dict.fromkeys((*close, 1 / value, value / 10, value * 10)):
            if other != value:
                yield change("constant", node, number(float(f"{other:.6g}")))


# -- calls ----------------------------------------------------------------------------------------


def _call(node: ast.Call, scope: Scope, role: str) -> Maker:
    name, arguments = called(node), node.args
    if name[:1].isupper():
        yield from _of_layer(node, name)
    else:
        yield from _of_function(node, name, scope)
        first = _innermost(node)
        if role == "value" and first is not None:
            yield change("residual", node, ast.BinOp(first, ast.Add(), node))
    for at in range(len(node.keywords)):
        others = [*node.keywords[:at], *node.keywords[at + 1 :]]
        yield change("argument-dropped", node, ast.Call(node.func, arguments, others))
    if name in ADDED and ADDED[name][0] not in {keyword.arg for keyword in node.keywords}:
        key, value = ADDED[name]
        more = [*node.keywords, ast.keyword(key, ast.parse(value, mode="eval").body)]
        yield change("argument-added", node, ast.Call(node.func, arguments, more))


def _of_layer(node: ast.Call, name: str) -> Maker:
    """One of the layers is left out; other arguments of a layer are sizes."""
    for at, argument in enumerate(node.args if name == "Sequential" else ()):
        rest = [*node.args[:at], *node.args[at + 1 :]]
        yield Change("argument-dropped", ast.unparse(argument), "", ast.Call(node.func, rest, node.keywords), argument)


def _of_function(node: ast.Call, name: str, scope: Scope) -> Maker:
    arguments = node.args
    if (inner := _dropped(node)) is not None and not name.endswith("_like"):  # that asks for a shape
        yield change("call-dropped", node, inner)
    for at in range(len(arguments)):
        if at or _is_method(node):
            rest = [*arguments[:at], *arguments[at + 1 :]]
            yield change("argument-dropped", node, ast.Call(node.func, rest, node.keywords))
        for other in _other_argument(arguments[at], scope):
            yield change("axis" if integer(other) is not None else "name", node, _with(node, at, other))
    for at, keyword in enumerate(node.keywords):
        for other in _other_argument(keyword.value, scope):
            keywords = [*node.keywords[:at], ast.keyword(keyword.arg, other), *node.keywords[at + 1 :]]
            yield change("axis", node, ast.Call(node.func, arguments, keywords))
    if name in MASKED and len(arguments) >= 2:
        at = MASKED[name] % len(arguments)
        yield change("condition", node, _with(node, at, ast.UnaryOp(ast.Invert(), arguments[at])))
    for a, b in combinations(range(len(arguments)), 2) if name in SWAPPED else ():
        made = list(arguments)
        made[a], made[b] = made[b], made[a]
        yield change("axes", node, ast.Call(node.func, made, node.keywords))
    for pair in EXCHANGED:
        if name in pair:
            other_name = pair[name == pair[0]]
            yield change("function", node, ast.Call(renamed(node.func, other_name), arguments, node.keywords))


def _other_argument(argument: ast.expr, scope: Scope) -> list[ast.expr]:
    """Another axis, or another name, for an argument."""
    if isinstance(argument, ast.Name) and argument.id in scope.names:
        return _others(argument, scope)
    return [number(other) for other in AXES.get(value, ())] if (value := integer(argument)) is not None else []


def _dropped(node: ast.Call) -> ast.expr | None:
    """What is left without a call: x of x.relu(), of F.relu(x) and of self.norm(x)."""
    if _is_method(node) and isinstance(node.func, ast.Attribute):
        return node.func.value
    return node.args[0] if node.args else None


def _is_method(node: ast.Call) -> bool:
    """Whether this is a method of a tensor, and no function of a module nor a part of the network."""
    owner = ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
    return bool(owner) and owner not in MODULES and owner not in ("self", "super()")


def _innermost(node: ast.expr) -> ast.Name | None:
    """x of self.attention(self.norm(x))."""
    while isinstance(node, ast.Call) and ast.unparse(node.func).startswith("self.") and node.args:
        node = node.args[0]
    return node if isinstance(node, ast.Name) else None


def _whole(node: ast.expr, value: ast.expr) -> Maker:
    """x for x.sort(dim=1).values and x.max(dim=1)[0]."""
    if isinstance(value, ast.Call) and _is_method(value) and isinstance(value.func, ast.Attribute):
        yield change("call-dropped", node, value.func.value)


def _with(node: ast.Call, at: int, argument: ast.expr) -> ast.Call:
    return ast.Call(node.func, [*node.args[:at], argument, *node.args[at + 1 :]], node.keywords)


# -- indices --------------------------------------------------------------------------------------


def _index(node: ast.Subscript) -> Maker:
    parts = list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]
    yield change("index-dropped", node, node.value)
    for at, part in enumerate(parts):
        for other in _other_index(part):
            made = [*parts[:at], other, *parts[at + 1 :]]
            yield change("index", node, ast.Subscript(node.value, made[0] if len(made) == 1 else ast.Tuple(made)))
    for a, b in combinations(range(len(parts)), 2):
        made = list(parts)
        made[a], made[b] = made[b], made[a]
        yield change("swapped", node, ast.Subscript(node.value, ast.Tuple(made)))


def _other_index(part: ast.expr) -> list[ast.expr]:
    if isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.Invert):
        return [part.operand]
    if integer(part) in (0, 1, -1):
        return [number(other) for other in (0, -1, 1) if other != integer(part)]
    if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Add | ast.Sub):
        return [part.left]
    if isinstance(part, ast.Slice) and part.lower is None and part.upper is None and part.step is not None:
        return [ast.Slice()]
    return [ast.UnaryOp(ast.Invert(), part)] if isinstance(part, ast.Name) else []
