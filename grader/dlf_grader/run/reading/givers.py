"""Which statement of a function gives something its numbers, read and not run: one statement, or none."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from dlf_grader.run.reading.in_place import own_nodes
from dlf_grader.run.reading.source import Function

Place: TypeAlias = tuple[int, int, int, int]  # as Python counts: first and last line, from which byte to before which
Assignment: TypeAlias = ast.Assign | ast.AugAssign | ast.AnnAssign
Is: TypeAlias = Callable[[ast.AST], bool]
_EMPTY = ("zeros", "ones", "empty", "full", "zeros_like", "ones_like", "empty_like", "full_like", "list", "dict", "set")
_FILLING = ("append", "extend", "insert")


def named(name: str) -> Is:
    """Whether a node is a variable of this name."""
    return lambda node: isinstance(node, ast.Name) and node.id == name


def attribute(name: str) -> Is:
    """Whether a node is an attribute of this name, `self.dL_dW`."""
    return lambda node: isinstance(node, ast.Attribute) and node.attr == name


def one_giver(function: Function, is_it: Is) -> ast.stmt | None:
    """The one statement that gives something its numbers: it assigns it, or fills what was made empty.

    Of several the last one, if it assigns all of it anew whatever came before.
    """
    assigned, filled = list[Assignment](), list[ast.stmt]()
    for each in own_nodes(function):
        if isinstance(each, Assignment):
            assigned += [each for part in parts(each) if is_it(part)]
        elif isinstance(each, ast.Expr) and isinstance(each.value, ast.Call):
            filled += [each for part in _handed_on(each.value) if is_it(part)]
        elif isinstance(each, ast.For | ast.With | ast.NamedExpr) and any(map(is_it, _bound_by(each))):
            return None
    starts = [each for each in assigned if not isinstance(each, ast.AugAssign) and _makes_empty(_given(each, is_it))]
    rest: list[ast.stmt] = [each for each in (*assigned, *filled) if each not in starts]
    if len(rest) == 2 and not starts and _passes_on(function, rest[0], rest[1], is_it):
        return rest[1]
    if not starts:
        return assigned[0] if len(assigned) == 1 and not filled else _last_word(function, rest, is_it)
    if not rest and not _read_before_the_end(function, is_it):
        return starts[0] if len(starts) == 1 else None  # it stays as it was made
    return rest[0] if len(starts) == len(rest) == 1 else _last_word(function, rest, is_it)


def _passes_on(function: Function, first: ast.stmt, then: ast.stmt, is_it: Is) -> bool:
    """Whether one statement only begins with something, `carry = dL_dh`, and a loop after it computes the rest."""
    if not isinstance(first, ast.Assign) or not isinstance(then, Assignment) or first not in function.body:
        return False
    loops = (each for each in function.body if isinstance(each, ast.For | ast.While) and each.lineno > first.lineno)
    begins = isinstance(_given(first, is_it), ast.Name | ast.Attribute)
    return begins and any(then in each.body for each in loops)


def _given(statement: Assignment, is_it: Is) -> ast.expr | None:
    """What an assignment gives to one thing: of `y, n = [], 0` the list."""
    if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Tuple):
        for target in statement.targets:
            if isinstance(target, ast.Tuple) and len(target.elts) == len(statement.value.elts):
                for one, value in zip(target.elts, statement.value.elts, strict=True):
                    if is_it(one):
                        return value
    return statement.value


def _last_word(function: Function, statements: Sequence[ast.stmt], is_it: Is) -> ast.stmt | None:
    """The last of these statements, if every call comes to it and it leaves nothing of what was there before."""
    last = max(statements, key=lambda each: (each.lineno, each.col_offset), default=None)
    if not isinstance(last, ast.Assign) or last not in function.body:
        return None
    anew = [part for target in last.targets for part in _taken_apart(target) if is_it(part)]
    return last if anew else None


def stored(where: ast.AST, name: str) -> list[ast.stmt]:
    """The statements that assign an attribute of this name, of whatever object."""
    return _assigning(where, attribute(name))


def made(where: ast.AST, name: str) -> list[ast.stmt]:
    """The statements that assign `self.name`, and not `self.head.name`."""
    return _assigning(where, lambda node: isinstance(node, ast.Attribute) and ast.unparse(node) == f"self.{name}")


def _assigning(where: ast.AST, is_it: Is) -> list[ast.stmt]:
    return [each for each in ast.walk(where) if isinstance(each, Assignment) and any(map(is_it, parts(each)))]


def parts(statement: Assignment) -> Iterator[ast.expr]:
    """What a statement assigns, piece by piece; `self.W[0] = …` assigns a piece of `self.W`."""
    for target in statement.targets if isinstance(statement, ast.Assign) else [statement.target]:
        for part in _taken_apart(target):
            yield part.value if isinstance(part, ast.Subscript) else part


def only(statements: Sequence[ast.stmt]) -> ast.stmt | None:
    """The statement, if there is just one."""
    return statements[0] if len(statements) == 1 else None


def value_given(giver: ast.AST | None) -> ast.expr | None:
    """What a statement gives: the value that it assigns, or appends to a list."""
    value = getattr(giver, "value", None)
    if isinstance(giver, ast.Assign | ast.AnnAssign):
        return value if isinstance(value, ast.expr) else None
    if isinstance(giver, ast.Expr) and isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        return value.args[-1] if value.func.attr in _FILLING and value.args else None
    return None


def place_of(node: ast.AST | None, *, whole: bool = False) -> Place | None:
    """Where a node stands; of an assignment its value, unless the whole of it is asked for."""
    assigns = isinstance(node, Assignment) and not whole
    value = getattr(node, "value", None) if assigns else node
    if not isinstance(value, ast.expr | ast.stmt) or value.end_lineno is None or value.end_col_offset is None:
        return None
    return value.lineno, value.end_lineno, value.col_offset, value.end_col_offset


def line_of(node: ast.AST | None) -> Place | None:
    """A line without an expression of it: what it is given may be wrong already."""
    return (node.lineno, node.lineno, 0, 0) if isinstance(node, ast.expr | ast.stmt) else None


def _taken_apart(target: ast.expr) -> list[ast.expr]:
    return target.elts if isinstance(target, ast.Tuple | ast.List) else [target]


def _read_before_the_end(function: Function, is_it: Is) -> bool:
    """Whether something is used other than to return it, as when a view of it is taken and filled."""
    returned = {part for each in own_nodes(function) if isinstance(each, ast.Return) for part in ast.walk(each)}
    return any(
        is_it(each) and isinstance(getattr(each, "ctx", None), ast.Load)
        for each in own_nodes(function)
        if each not in returned
    )


def _makes_empty(value: ast.expr | None) -> bool:
    """Whether an expression makes something to be filled: `np.zeros(…)`, `[]`, `[h0]`, `""`."""
    if isinstance(value, ast.Call):
        return getattr(value.func, "attr", getattr(value.func, "id", "")) in _EMPTY
    if isinstance(value, ast.Constant):
        return value.value in ("", b"", 0) and not isinstance(value.value, bool)
    return isinstance(value, ast.List) or (isinstance(value, ast.Dict) and not value.keys)


def _handed_on(call: ast.Call) -> Iterator[ast.expr]:
    """What a call may change: `y.append(…)`, `np.add.at(y, …)`, `np.matmul(a, b, out=y)`."""
    if isinstance(call.func, ast.Name) and call.func.id == "print":
        return
    if isinstance(call.func, ast.Attribute):
        yield call.func.value
        if call.func.attr in _FILLING:  # what goes into a list stays as it is
            return
    for each in (*call.args, *(keyword.value for keyword in call.keywords)):
        yield each.value if isinstance(each, ast.Subscript) else each


def _bound_by(node: ast.For | ast.With | ast.NamedExpr) -> Iterator[ast.AST]:
    targets = [node.target] if not isinstance(node, ast.With) else [each.optional_vars for each in node.items]
    return (part for target in targets if target is not None for part in ast.walk(target))
