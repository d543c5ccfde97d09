"""Which `return` a failing call comes to, as far as what it was given in words decides the way there."""

from __future__ import annotations

import ast
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dlf_grader.run.reading.in_place import own_nodes
from dlf_grader.run.reading.source import Function, first_line

UNKNOWN = object()
SOMETHING = object()  # an array, say: it is not None, and equal to nothing that is known
_ORDERS: dict[type[ast.cmpop], Any] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


@dataclass(frozen=True)
class Known:
    """What is known of a failing call.

    Attributes:
        given: arguments and attributes, by name.
        ends: the line from which a function returned, by the function's first line.
    """

    given: Mapping[str, Any] = field(default_factory=dict)
    ends: Mapping[int, int] = field(default_factory=dict)


def returns_of(function: Function) -> list[ast.Return]:
    """Every `return` of a function that has a value, from the first line to the last."""
    found = [each for each in own_nodes(function) if isinstance(each, ast.Return) and each.value is not None]
    return sorted(found, key=lambda each: each.lineno)


def return_reached(function: Function, known: Known) -> ast.Return | None:
    """The `return` that a call comes to: the only one, the one it was seen at, the only one that is not ruled out.

    Where all return the same name it is the last.
    """
    found = returns_of(function)
    seen = known.ends.get(first_line(function), 0)
    at = [each for each in found if each.lineno <= seen <= (each.end_lineno or 0)]
    if len(at) == 1:
        return at[0]
    if len(found) > 1:
        set_here = {each.id for each in own_nodes(function) if isinstance(each, ast.Name) and _is_set(each)}
        values = {**_defaults(function), **known.given}
        ways = _reached(function.body, {name: value for name, value in values.items() if name not in set_here})
        found = [each for each in found if each in ways]
    names = {each.value.id for each in found if isinstance(each.value, ast.Name)}
    alike = len(names) == 1 and all(isinstance(each.value, ast.Name) for each in found)
    return found[-1] if len(found) == 1 or alike else None


def given_in(code: str) -> dict[str, Any]:
    """What the code of a case hands over by keyword: numbers and words as they are, all else as something."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    found: dict[str, Any] = {}
    for call in (each for each in ast.walk(tree) if isinstance(each, ast.Call)):
        for keyword in call.keywords:
            if keyword.arg is not None:
                value = keyword.value.value if isinstance(keyword.value, ast.Constant) else SOMETHING
                found[keyword.arg] = value if found.setdefault(keyword.arg, value) == value else UNKNOWN
    return found


def _is_set(name: ast.Name) -> bool:
    return not isinstance(name.ctx, ast.Load)


def _defaults(function: Function) -> dict[str, Any]:
    """An argument that is None where it is not given; one that may be given by its place is not known."""
    names, values = function.args.kwonlyargs, function.args.kw_defaults
    return {name.arg: value.value for name, value in zip(names, values, strict=True) if isinstance(value, ast.Constant)}


def _reached(body: Sequence[ast.stmt], known: Mapping[str, Any]) -> list[ast.stmt]:
    """The `return` statements that a call may come to."""
    found: list[ast.stmt] = []
    for each in body:
        if isinstance(each, ast.If) and (holds := _holds(each.test, known)) is not UNKNOWN:
            branch = each.body if holds else each.orelse
            found += _reached(branch, known)
            if branch and isinstance(branch[-1], ast.Return | ast.Raise):
                break
        elif isinstance(each, ast.Return):
            found.append(each)
            break
        else:
            found += [one for one in ast.walk(each) if isinstance(one, ast.Return)]
    return found


def _holds(test: ast.expr, known: Mapping[str, Any]) -> Any:
    """Whether a condition holds, True or False, where that is known."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            value = _holds(inner, known)
            return value if value is UNKNOWN else not value
        case ast.BoolOp(op=op, values=values):
            held = [_holds(each, known) for each in values]
            deciding = isinstance(op, ast.Or)
            if any(each is deciding for each in held):
                return deciding
            return UNKNOWN if any(each is UNKNOWN for each in held) else not deciding
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _compared(_value(left, known), op, _value(right, known))
    value = _value(test, known)
    return UNKNOWN if value is UNKNOWN or value is SOMETHING else bool(value)


def _compared(left: Any, op: ast.cmpop, right: Any) -> Any:
    if UNKNOWN in (left, right):
        return UNKNOWN
    if isinstance(op, ast.Is | ast.IsNot):
        return (left is right) == isinstance(op, ast.Is) if None in (left, right) else UNKNOWN
    if SOMETHING in (left, right):
        return UNKNOWN
    if isinstance(op, ast.Eq | ast.NotEq):
        return (left == right) == isinstance(op, ast.Eq)
    numbers = all(isinstance(each, int | float) for each in (left, right))
    return _ORDERS[type(op)](left, right) if numbers and type(op) in _ORDERS else UNKNOWN


def _value(node: ast.expr, known: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="self"), attr=name):
            return known.get(name, UNKNOWN)
    return UNKNOWN
