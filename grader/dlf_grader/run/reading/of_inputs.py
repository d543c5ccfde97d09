"""Whether an expression computes with a function's inputs alone, so that it is at fault if its value is wrong."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection

from dlf_grader.run.reading.source import Function

_CASTS = ("astype", "copy")
_TOGETHER = ("zip", "enumerate", "reversed", "len")


def of_inputs_alone(expression: ast.AST, function: Function) -> bool:
    """Whether an expression has only arguments, what they are cast to, and attributes of self; and calls no helper.

    A name or an attribute by itself computes nothing. A size and another name for something are what the learner chose.
    """
    if isinstance(expression, ast.Name | ast.Attribute):
        return False
    inputs, assigned = _inputs(function)
    made = {name for each in assigned if not _unchanged(_value(each), inputs) for name in _targets(each)}
    made |= {name for each in assigned if _chooses(each) for name in _targets(each)}
    for each in ast.walk(function):
        made |= _targets(each) if isinstance(each, ast.AugAssign) and each is not expression else set()
    inside = list(ast.walk(expression))
    names = {each.id for each in inside if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)}
    names |= {ast.unparse(each) for each in inside if isinstance(each, ast.Attribute)}
    calls = [ast.unparse(each.func) for each in inside if isinstance(each, ast.Call)]
    own = [call for call in calls if call.removeprefix("self.").isidentifier() and not hasattr(builtins, call)]
    return not names & made and not own


def plain_inputs(call: ast.Call, function: Function) -> bool:
    """Whether a call hands on nothing but what the function was given."""
    inputs, _ = _inputs(function)
    return all(_unchanged(each, inputs) for each in (*call.args, *(keyword.value for keyword in call.keywords)))


def _inputs(function: Function) -> tuple[set[str], list[ast.AST]]:
    """The names of what a function was given, cast or taken apart, and all statements that give a name."""
    inputs = {each.arg for each in ast.walk(function.args) if isinstance(each, ast.arg)}
    assigned: list[ast.AST] = [
        each for each in ast.walk(function) if isinstance(each, ast.Assign | ast.For | ast.comprehension)
    ]
    size = -1
    while size != len(inputs):  # until a pass finds nothing more
        size = len(inputs)
        inputs |= {name for each in assigned if _unchanged(_value(each), inputs) for name in _targets(each)}
    return inputs, assigned


def _chooses(statement: ast.AST) -> bool:
    """Whether a statement takes a size, `n = x.shape[0]`, or one attribute under another name, `s = self.x`."""
    if not isinstance(statement, ast.Assign):
        return False
    if any(getattr(each, "attr", getattr(each, "id", "")) in ("shape", "len") for each in ast.walk(statement.value)):
        return True
    attribute = statement.value.attr.lower() if isinstance(statement.value, ast.Attribute) else None
    names = [each.id.lower() for each in statement.targets if isinstance(each, ast.Name)]
    return attribute is not None and any(not attribute.startswith(name) for name in names)


def _unchanged(value: ast.AST | None, inputs: Collection[str]) -> bool:
    """Whether a value is inputs as they came, cast or taken apart."""
    match value:
        case ast.Constant():
            return True
        case ast.Name(id):
            return id in inputs
        case ast.Attribute(value=inner) | ast.Starred(value=inner):
            return _unchanged(inner, inputs)
        case ast.Subscript(value=ast.Attribute(attr="shape") as inner):
            return _unchanged(inner, inputs)
        case ast.Tuple(elts) | ast.List(elts):
            return all(_unchanged(each, inputs) for each in elts)
        case ast.Call(func=ast.Attribute(value=inner, attr=name)) if name in _CASTS:
            return _unchanged(inner, inputs)
        case ast.Call(func=ast.Name(id), args=args) if id in _TOGETHER:
            return all(_unchanged(each, inputs) for each in args)
        case ast.GeneratorExp(elt, generators):
            return all(_unchanged(each.iter, inputs) for each in generators) and _unchanged(elt, inputs)
    return False


def _value(statement: ast.AST) -> ast.AST | None:
    return getattr(statement, "value", None) or getattr(statement, "iter", None)


def _targets(statement: ast.AST) -> set[str]:
    targets = getattr(statement, "targets", None) or [getattr(statement, "target", None)]
    parts = [part for each in targets if each is not None for part in ast.walk(each)]
    stored = {
        ast.unparse(part)
        for part in parts
        if isinstance(part, ast.Name | ast.Attribute) and isinstance(part.ctx, ast.Store)
    }
    return stored | {ast.unparse(part.value) for part in parts if isinstance(part, ast.Subscript)}
