"""Every one-step edit of a Python function: what a person mistypes, forgets or mixes up.

The same edits serve twice. Made in our own solutions, they fill the dictionary of mistakes; made in a learner's file,
one of them may be the repair. `operators` says what becomes of one expression, here are statements, and the walk over a
function. Only syntax is looked at: nothing is run.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from dlf_grader.instruments.edits.change import Change, called
from dlf_grader.instruments.edits.operators import SHAPED, Scope, of_expression

Function = ast.FunctionDef
Operators = Callable[[ast.expr, Scope, str], Iterator[Change]]
FLIPPED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
HERE = "statement_under_edit"  # stands for it in the text around it
SHORT, READABLE = 18, 56  # characters of an expression that needs its surroundings, and of what is shown then
LONGEST = 90  # characters of a statement that are kept for a sentence


@dataclass(frozen=True)
class Edit:
    """One change of a function.

    Attributes:
        function: its qualified name, "Conv2d.forward".
        line: of the file, where the change stands.
        kind: an id, "axis"; `words` knows a sentence for each.
        before, after: the smallest expressions or statements that tell the change; "" for nothing.
        whole: the statement around it, as it was.
        source: Python that defines the changed function, inside its class if it is a method.
    """

    function: str
    line: int
    kind: str
    before: str
    after: str
    whole: str
    source: str


def functions(module: ast.Module) -> dict[str, Function]:
    """The functions of a file and of its classes, by qualified name; those inside a function belong to it."""
    found: dict[str, Function] = {}
    for node in module.body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node
        elif isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{part.name}": part for part in node.body if isinstance(part, ast.FunctionDef)}
    return found


def edits_of(
    module: ast.Module, name: str, lines: range | None = None, operators: Operators = of_expression
) -> Iterator[Edit]:
    """The edits of one function, in the order of its text.

    Args:
        name: the function's qualified name.
        lines: only what stands on these lines of the file.
        operators: what becomes of an expression.
    """
    original = functions(module)[name]
    function = copy.deepcopy(original)
    _without_docstring(function)
    scope = Scope.of(function, _class_of(module, name))
    seen = {ast.unparse(function)}
    for statement, place in _statements(function):
        ends_there = lines is None or (statement.end_lineno or 0) in lines or hasattr(statement, "body")
        if not ends_there or (lines is not None and statement.lineno not in lines):
            continue
        whole, parents, frame = _head(statement), _parents(statement), _Frame(function, statement, place)
        for edit in (*_of_statement(statement, place), *_inside(statement, scope, operators)):
            change = edit.change
            around = change.node if change.kind == "operand-dropped" else _around(change.node, parents)
            before = change.before if around is change.node else ast.unparse(around)
            with edit:
                text = frame.text() if edit.in_place else ast.unparse(function)
                if text in seen:
                    continue
                seen.add(text)
                after = change.after if around is change.node else ast.unparse(around)
                line = getattr(change.node, "lineno", statement.lineno)
                yield Edit(name, line, change.kind, before, after, whole, defined(name, text))


class _Frame:
    """A function's text around one of its statements, so that only the statement is written anew for each edit."""

    def __init__(self, function: Function, statement: ast.stmt, place: _Place) -> None:
        self.statement = statement
        place.body[place.at] = ast.Expr(ast.Name(HERE))
        self.above, _, self.below = ast.unparse(function).partition(HERE)
        place.body[place.at] = statement
        self.indent = self.above.rpartition("\n")[2]

    def text(self) -> str:
        """The function's text, with the statement as it is now."""
        return self.above + ast.unparse(self.statement).replace("\n", "\n" + self.indent) + self.below


def _parents(statement: ast.stmt) -> dict[ast.AST, ast.AST]:
    return {child: node for node in ast.walk(statement) for child in ast.iter_child_nodes(node)}


def _around(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> ast.AST:
    """The expression around a short one, which alone would say too little."""
    found = node
    while isinstance(found, ast.expr) and len(ast.unparse(found)) < SHORT:
        outer = parents.get(found)
        while outer is not None and not isinstance(outer, ast.expr | ast.stmt):
            outer = parents.get(outer)  # a keyword, a slice
        if not isinstance(outer, ast.expr) or len(ast.unparse(outer)) > READABLE:
            return found
        found = outer
    return found


def defined(name: str, function: str) -> str:
    """The source of a function, inside its class if it is a method."""
    owner, _, _ = name.rpartition(".")
    if not owner:
        return function
    return f"class {owner}:\n" + "\n".join(f"    {line}" for line in function.splitlines())


def source_of(module: ast.Module, name: str) -> str:
    """The source of a function as it stands in a file."""
    return defined(name, ast.unparse(functions(module)[name]))


def broken(module: ast.Module, name: str) -> str:
    """The source of a function that raises at once, to see who calls it."""
    function = copy.deepcopy(functions(module)[name])
    function.body = [ast.Raise(ast.Call(ast.Name("RuntimeError"), [], []))]
    return defined(name, ast.unparse(function))


# -- the walk -------------------------------------------------------------------------------------


class _Made:
    """A change while it is in place: fields of nodes that hold something else for as long as it lasts."""

    def __init__(self, change: Change, *slots: tuple[Any, Any, Any]) -> None:
        self.change, self.slots, self.in_place = change, slots, False

    def __enter__(self) -> None:
        self.old = [_get(owner, field) for owner, field, _ in self.slots]
        for owner, field, value in self.slots:
            _set(owner, field, value)

    def __exit__(self, *_: object) -> None:
        for (owner, field, _), value in reversed(list(zip(self.slots, self.old, strict=True))):
            _set(owner, field, value)


def _get(owner: Any, field: Any) -> Any:
    return owner[:] if field is None else owner[field] if isinstance(owner, list) else getattr(owner, field)


def _set(owner: Any, field: Any, value: Any) -> None:
    if field is None:
        owner[:] = value
    elif isinstance(owner, list):
        owner[field] = value
    else:
        setattr(owner, field, value)


@dataclass(frozen=True)
class _Place:
    """Where a statement stands: its body's list, its number there, and the list around that, if any."""

    body: list[ast.stmt]
    at: int
    outer: list[ast.stmt] | None = None
    outer_at: int = 0


def _statements(function: ast.AST, outer: _Place | None = None) -> Iterator[tuple[ast.stmt, _Place]]:
    for field in ("body", "orelse"):
        body = getattr(function, field, None)
        if not isinstance(body, list):
            continue
        for at, statement in enumerate(list(body)):
            place = _Place(body, at, outer.body if outer else None, outer.at if outer else 0)
            yield statement, place
            if hasattr(statement, "body"):
                yield from _statements(statement, place)


def _inside(statement: ast.stmt, scope: Scope, operators: Operators) -> Iterator[_Made]:
    """The edits of a statement's expressions; of those inside its body, none."""
    here, number = scope.before(statement.lineno), _assigns_number(statement)
    for owner, field, node, shape in _expressions(statement):
        role = "shape" if shape else "value" if owner is statement and field == "value" and number else ""
        for change in operators(node, here, role):
            made = _Made(change, (owner, field, change.made))
            made.in_place = True
            yield made


def _expressions(node: ast.AST, shape: bool = False) -> Iterator[tuple[Any, Any, ast.expr, bool]]:
    """Every expression below a node that is read, with the place that holds it; statements inside are left out.

    The last value tells what only says where or how large: an index, an axis, a shape.
    """
    for field, value in ast.iter_fields(node):
        if field in ("body", "orelse") and isinstance(node, ast.stmt):
            continue
        if field in ("annotation", "returns", "decorator_list", "args") and isinstance(node, ast.stmt):
            continue
        inner = shape or field == "slice" or isinstance(node, ast.keyword) or (field == "args" and _takes_shape(node))
        if isinstance(value, ast.expr):
            if not isinstance(getattr(value, "ctx", None), ast.Store):
                yield node, field, value, inner
            yield from _expressions(value, inner)
        elif isinstance(value, list):
            for at, item in enumerate(value):
                if isinstance(item, ast.expr) and not isinstance(getattr(item, "ctx", None), ast.Store):
                    yield value, at, item, inner
                if isinstance(item, ast.expr | ast.keyword | ast.comprehension | ast.withitem):
                    yield from _expressions(item, inner)


def _takes_shape(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and called(node) in SHAPED


def _assigns_number(statement: ast.stmt) -> bool:
    """Whether a statement's value is one thing that may be a number or an array."""
    targets = getattr(statement, "targets", [])
    value = getattr(statement, "value", None)
    several = any(isinstance(target, ast.Tuple) for target in targets) or isinstance(value, ast.Tuple | ast.List)
    return value is not None and not several


# -- statements -----------------------------------------------------------------------------------


def _of_statement(node: ast.stmt, place: _Place) -> Iterator[_Made]:
    body, at = place.body, place.at
    text = _head(node)
    if isinstance(node, ast.Assign | ast.AugAssign | ast.Expr) and not _is_docstring(node):
        yield _Made(Change("statement-dropped", text, "", ast.Pass(), node), (body, at, ast.Pass()))
    if isinstance(node, ast.AugAssign):
        yield from _of_augmented(node, body, at)
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target = node.targets[0]
        for op in (ast.Add(), ast.Sub()):
            if not isinstance(target, ast.Name | ast.Attribute | ast.Subscript):
                break  # several targets have no +=
            made = ast.AugAssign(target, op, node.value)
            yield _Made(Change("assignment", text, _line(made), made, node), (body, at, made))
    after = body[at + 1] if at + 1 < len(body) else None
    if after is not None and not isinstance(after, ast.Return) and not _is_docstring(node):
        pair = [*body[:at], after, node, *body[at + 2 :]]
        yield _Made(Change("statements-swapped", text, _head(after), node, node), (body, None, pair))
    if isinstance(node, ast.If) and not _raises(node):
        always, never = [*body[:at], *node.body, *body[at + 1 :]], [*body[:at], *node.orelse, *body[at + 1 :]]
        yield _Made(Change("condition-dropped", _text(node.test), "always", node, node), (body, None, always))
        if never:
            yield _Made(Change("branch-dropped", _text(node.test), "never", node, node), (body, None, never))
    last = body[-1] is node and place.outer is not None and len(body) > 1
    if last and place.outer is not None and isinstance(place.outer[place.outer_at], ast.For | ast.While):
        outer, loop = place.outer, place.outer_at
        moved = [*outer[: loop + 1], node, *outer[loop + 1 :]]
        yield _Made(Change("after-loop", text, "", node, node), (body, None, body[:-1]), (outer, None, moved))
    if isinstance(node, ast.For) and after is not None and not isinstance(after, ast.Return):
        kept = [*body[: at + 1], *body[at + 2 :]]
        inner = [*node.body, after]
        change = Change("into-loop", _head(after), "", after, after)
        yield _Made(change, (body, None, kept), (node.body, None, inner))


def _of_augmented(node: ast.AugAssign, body: list[ast.stmt], at: int) -> Iterator[_Made]:
    text = _line(node)
    plain = ast.Assign([node.target], node.value, lineno=node.lineno)
    yield _Made(Change("assignment", text, _line(plain), plain, node), (body, at, plain))
    target = ast.parse(ast.unparse(node.target), mode="eval").body
    if isinstance(node.target, ast.Name):  # a new array in place of the old one
        long = ast.Assign([node.target], ast.BinOp(target, node.op, node.value), lineno=node.lineno)
        yield _Made(Change("assignment", text, _line(long), long, node), (body, at, long))
    if (flipped := FLIPPED.get(type(node.op))) is not None:
        other = ast.AugAssign(node.target, flipped(), node.value)
        yield _Made(Change("operator", text, _line(other), other, node), (body, at, other))


def _raises(node: ast.If) -> bool:
    return any(isinstance(part, ast.Raise) for part in node.body)


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _without_docstring(function: Function) -> None:
    if function.body and _is_docstring(function.body[0]):
        function.body[:1] = [ast.copy_location(ast.Pass(), function.body[0])]


def _class_of(module: ast.Module, name: str) -> ast.ClassDef | None:
    owner = name.rpartition(".")[0]
    return next((node for node in module.body if isinstance(node, ast.ClassDef) and node.name == owner), None)


def _head(statement: ast.stmt) -> str:
    """A statement's first line."""
    return _text(statement).splitlines()[0][:LONGEST]


def _line(node: ast.AST) -> str:
    return ast.unparse(ast.fix_missing_locations(node))[:LONGEST]


def _text(node: ast.AST) -> str:
    return ast.unparse(node)
