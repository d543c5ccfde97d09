"""What becomes of a call or an index when a person slips: the function, an argument, an axis, a slice."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import combinations

from dlf_grader.instruments.edits.change import Change, called, change, integer, is_numpy, number, plus, renamed

Maker = Iterator[Change]
EXCHANGED = (  # functions and methods that are taken for each other
    *(("sum", "mean"), ("max", "min"), ("maximum", "minimum"), ("exp", "log"), ("exp", "exp2"), ("exp", "expm1")),
    *(("log", "log2"), ("log", "log10"), ("log", "log1p"), ("sqrt", "square"), ("var", "std"), ("sin", "cos")),
    *(("zeros", "ones"), ("zeros_like", "ones_like"), ("argmax", "argmin"), ("argmax", "max"), ("ceil", "floor")),
    *(("tanh", "sin"), ("sum", "max"), ("sum", "prod"), ("abs", "square"), ("hstack", "vstack"), ("add", "subtract")),
    *(("fmax", "maximum"), ("any", "all"), ("cumsum", "cumprod"), ("repeat", "tile"), ("append", "extend")),
)
REDUCTIONS = frozenset({"sum", "mean", "max", "min", "var", "std", "argmax", "prod", "cumsum", "any", "all"})


def of_call(node: ast.Call) -> Maker:
    """The changes of a call."""
    name = called(node)
    method = isinstance(node.func, ast.Attribute) and not is_numpy(node.func.value)
    for pair in EXCHANGED:
        if name in pair:
            other = pair[1] if name == pair[0] else pair[0]
            yield change("function", node, ast.Call(renamed(node.func, other), node.args, node.keywords))
    if method and isinstance(node.func, ast.Attribute) and not isinstance(node.func.value, ast.Constant):
        yield change("call-dropped", node, node.func.value)
    for argument in node.args:
        if not method or name in ("astype", "append"):
            yield change("call-dropped", node, argument)
    for at in range(len(node.args) if len(node.args) > 1 or method else 0):
        rest = [*node.args[:at], *node.args[at + 1 :]]
        yield change("argument-dropped", node, ast.Call(node.func, rest, node.keywords))
    for at in range(len(node.keywords)):
        rest_keywords = [*node.keywords[:at], *node.keywords[at + 1 :]]
        kind = "axis" if node.keywords[at].arg == "axis" else "argument-dropped"
        yield change(kind, node, ast.Call(node.func, node.args, rest_keywords))
    for a, b in combinations(range(len(node.args)), 2):
        args = list(node.args)
        args[a], args[b] = args[b], args[a]
        kind = "axes" if name in ("transpose", "swapaxes") else "shape" if name == "reshape" else "arguments-swapped"
        yield change(kind, node, ast.Call(node.func, args, node.keywords))
    if name == "range":
        yield from _range(node)
    if name in REDUCTIONS:
        yield from _reduction(node, name, method)
    if method and name in ("transpose", "swapaxes", "reshape", "repeat") and len(node.args) == 2:
        yield change("axes", node, ast.Attribute(node.func.value, "T"))  # type: ignore[attr-defined]  # a method has one


def _range(node: ast.Call) -> Maker:
    last = node.args[0] if len(node.args) == 1 else node.args[1]
    first = ast.Constant(0) if len(node.args) == 1 else node.args[0]
    for start, stop in (
        (first, plus(last, -1)),
        (first, plus(last, 1)),
        (plus(first, 1), last),
        (plus(first, 1), plus(last, 1)),
    ):
        args = [stop] if isinstance(start, ast.Constant) and start.value == 0 else [start, stop]
        yield change("loop", node, ast.Call(node.func, [*args, *node.args[2:]], node.keywords))
    yield change("loop", node, ast.Call(ast.Name("reversed"), [node], []))


def _reduction(node: ast.Call, name: str, method: bool) -> Maker:
    """Another axis, several or none; an axis kept or lost; n or n - 1."""
    keywords = {keyword.arg: keyword.value for keyword in node.keywords}
    positional = node.args[0 if method else 1 :]
    given = keywords.get("axis") or (positional[0] if positional else None)
    fixed = node.args[: 0 if method else 1]
    others = [keyword for keyword in node.keywords if keyword.arg != "axis"]
    for axes in _other_axes(given):
        yield change("axis", node, ast.Call(node.func, fixed, [ast.keyword("axis", axes), *others]))
    if "keepdims" not in keywords:
        kept = [*node.keywords, ast.keyword("keepdims", ast.Constant(True))]
        yield change("keepdims", node, ast.Call(node.func, node.args, kept))
    if name in ("var", "std") and "ddof" not in keywords:
        less = [*node.keywords, ast.keyword("ddof", ast.Constant(1))]
        yield change("ddof", node, ast.Call(node.func, node.args, less))


def _other_axes(given: ast.expr | None) -> Iterator[ast.expr]:
    now = None if given is None else integer(given)
    several = [integer(part) for part in given.elts] if isinstance(given, ast.Tuple) else None
    for axis in (0, 1, 2, -1):
        if axis != now:
            yield number(axis)
    for pair in ((0, 1), (0, 2), (1, 2), (2, 3), (1, 2, 3), (0, 2, 3)):
        if list(pair) != several:
            yield ast.Tuple([number(axis) for axis in pair])


# -- indices --------------------------------------------------------------------------------------


def of_subscript(node: ast.Subscript) -> Maker:
    """The changes of an index."""
    yield change("index-dropped", node, node.value)
    inner = node.slice
    parts = list(inner.elts) if isinstance(inner, ast.Tuple) else [inner]
    for at, part in enumerate(parts):
        for other in _other_index(part):
            changed = [*parts[:at], other, *parts[at + 1 :]]
            made = changed[0] if len(changed) == 1 else ast.Tuple(changed)
            yield change("index", node, ast.Subscript(node.value, made))
    for a, b in combinations(range(len(parts)), 2):
        changed = list(parts)
        changed[a], changed[b] = changed[b], changed[a]
        yield change("swapped", node, ast.Subscript(node.value, ast.Tuple(changed)))


def _other_index(part: ast.expr) -> Iterator[ast.expr]:
    if isinstance(part, ast.Slice):
        lower, upper, step = part.lower, part.upper, part.step
        if lower is not None:
            yield ast.Slice(None, upper, step)
            yield ast.Slice(plus(lower, 1), upper, step)
            yield ast.Slice(plus(lower, -1), upper, step)
        if upper is not None:
            yield ast.Slice(lower, None, step)
            yield ast.Slice(lower, plus(upper, 1), step)
            yield ast.Slice(lower, plus(upper, -1), step)
        if step is not None:
            yield ast.Slice(lower, upper, None)
        if lower is None and upper is None and step is None:
            yield ast.Slice(None, None, number(-1))
            yield ast.Slice(number(1), None, None)
            yield ast.Slice(None, number(-1), None)
            yield ast.Constant(None)
    elif not (isinstance(part, ast.Constant) and part.value is None):
        yield plus(part, 1)
        yield plus(part, -1)
        yield ast.Slice(None, None, None)
        yield ast.Slice(None, part, None)
        yield ast.Slice(part, None, None)
        if integer(part) is not None and integer(part) != -1:
            yield number(-1)
