"""Where a function of a learner's file gives a tensor its value, read and not run: one place, or none."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import replace

from dlf_grader.run.reading.givers import Assignment, Place, attribute, line_of, made, one_giver, only, place_of, stored
from dlf_grader.run.reading.in_place import arguments, changing, changing_in_loops
from dlf_grader.run.reading.of_inputs import of_inputs_alone
from dlf_grader.run.reading.reached import Known
from dlf_grader.run.reading.returned import (
    LAYOUT,
    followed,
    gradient_of_operation,
    origin_of_returned,
    returns_said,
)
from dlf_grader.run.reading.source import Function, Source

NOTHING = Known()
_TELLING = 8  # characters of code below which it may stand anywhere
STEP = re.compile(r"(w|params|grads)(?:\[\d+\])? (?:after|of) step .*")  # what an optimiser has moved, or its gradients
RATE = re.compile(r"lr at step (\d+)")  # what a schedule returns
_ELEMENT = re.compile(r"(\w+)\[\d+\]")  # of a list that was handed in
_LARGER = (ast.stmt, ast.Call, ast.BinOp, ast.UnaryOp, ast.Compare, ast.BoolOp, ast.Subscript, ast.IfExp)


def where_assigned(
    source: Source,
    target: str,
    tensor: str,
    *,
    shape: bool = False,
    modified: bool = False,
    known: Known = NOTHING,
    index: Sequence[int] = (),
) -> Place | None:
    """Where a function gives a tensor its value, `self.dL_db = …` or `return …`; None where that may be elsewhere.

    Args:
        shape: whether its shape is what is wrong, so that a last `.reshape(…)` matters.
        modified: whether it must not be changed at all, so that the first change is one too many.
        known: of the failing call.
        index: of its first wrong element.
    """
    function = source.function(target)
    if function is None:
        return None
    part, _, name = tensor.rpartition(".")
    if part and name.isidentifier():
        return line_of(_where_part_assigned(function, part, name))
    if step := STEP.fullmatch(tensor):
        return line_of(only(changing_in_loops(function, "grads" if step[1] == "grads" else "params")))
    if (element := _ELEMENT.fullmatch(tensor)) and element[1] in arguments(function):
        return line_of(only(changing_in_loops(function, element[1])))
    if rate := RATE.fullmatch(tensor):
        tensor, known = "rate", replace(known, given={**known.given, "step": int(rate[1])})
    if not tensor.isidentifier():
        return None
    owner = target.rpartition(".")[0]
    whole = source.definition(owner) if owner else None
    methods = methods_of(whole, function)
    given_to_any = tensor in arguments(function) or (tensor.startswith("dL_d") and isinstance(whole, ast.ClassDef))
    if (modified or given_to_any) and any(tensor in arguments(each) for each in methods):
        return _where_changed(methods, tensor, first=modified)
    storing = _storing(function, tensor, methods)
    if storing is not None:
        return _marked(_where_stored(storing, tensor), storing)
    if (gradient := gradient_of_operation(function, tensor)) is not None:
        return line_of(gradient)
    if not _is_returned(function, tensor, methods if whole is not None else []):
        return None
    found = origin_of_returned(function, tensor, helpers_of(source, methods), known=known, shape=shape, index=index)
    if found is None:
        return None
    giver, inside, certain = found
    return _marked(giver, inside) if certain else line_of(giver)


def where_attribute_assigned(source: Source, target: str, path: str) -> Place | None:
    """Where the innermost part of a path is assigned, if that is in one place; None where it is in none for any part.

    Args:
        path: from an object of the method's class, "blocks.0.attention.key.weight": `self.key` in any class of the
            file, then `self.attention`, and `self.blocks` in the method's own.
    """
    owner = target.rpartition(".")[0]
    whole = source.definition(owner) if owner and not source.problem and source.has(owner) else None
    parts = [part for part in path.split(".") if part.isidentifier()]
    if not isinstance(whole, ast.ClassDef) or not parts:
        return None
    places = [only(made(source.syntax, part)) for part in parts[:0:-1]] + [only(made(whole, parts[0]))]
    return line_of(next(filter(None, places), None))


def quoted(source: Source, target: str, snippet: str) -> Place | None:
    """Where a function has code that a sentence quotes; None where it has it nowhere, or more than once.

    Args:
        snippet: one expression or statement, in which `…` stands for any name.
    """
    function = source.function(target)
    if function is None or len(snippet) < _TELLING:
        return None
    pattern = re.compile(r"[A-Za-z_][\w.]*".join(map(re.escape, snippet.split("…"))))
    larger = (each for each in ast.walk(function) if isinstance(each, _LARGER))
    found = [each for each in larger if pattern.fullmatch(ast.unparse(each).partition("\n")[0])]
    return place_of(found[0], whole=True) if len(found) == 1 else None


def _where_part_assigned(function: Function, part: str, name: str) -> ast.stmt | None:
    """What assigns `self.fc1.W`; in a constructor also the one statement that makes `self.fc1`."""
    giver = one_giver(function, lambda node: _is_of_part(node, part, name))
    return giver or (only(stored(function, part)) if function.name == "__init__" else None)


def _is_of_part(node: ast.AST, part: str, name: str) -> bool:
    """Whether a node is `self.fc1.W`, of a part "fc1", or `layer.W`, which may be."""
    if not isinstance(node, ast.Attribute) or node.attr != name:
        return False
    owner = node.value
    return owner.attr == part.rpartition(".")[2] if isinstance(owner, ast.Attribute) else isinstance(owner, ast.Name)


def methods_of(whole: ast.AST | None, *function: Function) -> list[Function]:
    """The functions of a class; of a function outside any class itself."""
    return [each for each in getattr(whole, "body", function) if isinstance(each, Function)]


def helpers_of(source: Source, methods: list[Function]) -> dict[str, Function]:
    """What a function may call of its own file, by how it is called; nothing that is defined twice."""
    named = [(each.name, each) for each in source.syntax.body if isinstance(each, Function)]
    named += [(f"self.{each.name}", each) for each in methods]
    names = [name for name, _ in named]
    return {name: each for name, each in named if names.count(name) == 1}


def _where_changed(methods: list[Function], argument: str, *, first: bool) -> Place | None:
    """Where what was handed in is changed, if one method does so, in one statement or `first` of several."""
    changed = [found for each in methods if (found := changing(each, argument))]
    statements = changed[0] if len(changed) == 1 else []
    return place_of(statements[0] if first and statements else only(statements), whole=True)


def _storing(function: Function, tensor: str, methods: list[Function]) -> Function | None:
    """The function if it stores a tensor as an attribute; else the one method that does, but for the constructor."""
    if stored(function, tensor):
        return function
    others = [each for each in methods if each.name != "__init__" and made(each, tensor)]
    return others[0] if len(others) == 1 and tensor not in returns_said(function) else None


def _where_stored(function: Function, tensor: str) -> ast.AST | None:
    """What gives `self.dL_dW` its numbers; of `self.dL_dW = dW` what gives dW its own."""
    giver = one_giver(function, attribute(tensor))
    value = giver.value if isinstance(giver, ast.Assign) else None
    return (followed(value, function, LAYOUT) if isinstance(value, ast.Name) else None) or giver


def _is_returned(function: Function, tensor: str, methods: list[Function]) -> bool:
    """Whether a tensor is what a function returns, for certain.

    Args:
        methods: of its class; none outside a class.
    """
    if tensor in returns_said(function):
        return True
    if (
        tensor.startswith("dL_d")
        and not methods
        and any(each.startswith(("grad", "dL_")) for each in arguments(function))
    ):
        return True  # a function of a gradient
    if tensor.startswith("dL_d") != ("backward" in function.name):
        return False
    if not tensor.startswith("dL_d") or not methods:
        return True
    forward = [each for each in methods if each.name == "forward"]  # else it may be a parameter's gradient
    return bool(forward) and tensor.removeprefix("dL_d") in arguments(forward[-1])


def _marked(giver: ast.AST | None, function: Function) -> Place | None:
    """A line, and no expression of it where an earlier line may be at fault."""
    place = place_of(giver)
    if place is None or giver is None:
        return place
    value = giver.value if isinstance(giver, Assignment | ast.Expr) else giver
    return place if value is None or of_inputs_alone(value, function) else (place[0], place[0], 0, 0)
