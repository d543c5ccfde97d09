"""Where a function of a learner's file gives a tensor its value, read and not run: one place, or none."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from dlf_grader.run.reading.in_place import arguments, changing, changing_in_loops, own_nodes
from dlf_grader.run.reading.of_inputs import of_inputs_alone
from dlf_grader.run.reading.source import Function, Source

Place: TypeAlias = tuple[int, int, int, int]  # as Python counts: first and last line, from which byte to before which
Assignment: TypeAlias = ast.Assign | ast.AugAssign | ast.AnnAssign
_LAYOUT = ("reshape", "astype", "transpose", "copy", "squeeze")
_TELLING = 8  # characters of code below which it may stand anywhere
_EMPTY = ("zeros", "ones", "empty", "full", "zeros_like", "ones_like", "empty_like", "full_like", "list", "dict", "set")
STEP = re.compile(r"(w|params|grads)(?:\[\d+\])? (?:after|of) step .*")  # what an optimiser has moved, or its gradients
RATE = re.compile(r"lr at step \d+")  # what a schedule returns
_LARGER = (ast.stmt, ast.Call, ast.BinOp, ast.UnaryOp, ast.Compare, ast.BoolOp, ast.Subscript, ast.IfExp)


def where_assigned(
    source: Source, target: str, tensor: str, *, shape: bool = False, modified: bool = False
) -> Place | None:
    """Where a function gives a tensor its value, `self.dL_db = …` or `return …`; None where that may be elsewhere.

    Args:
        shape: whether its shape is what is wrong, so that a last `.reshape(…)` matters.
        modified: whether it must not be changed at all, so that the first change is one too many.
    """
    function = _function(source, target)
    if function is None:
        return None
    part, _, attribute = tensor.rpartition(".")
    if part and attribute.isidentifier():
        return _line_of(_where_part_assigned(function, part, attribute))
    if step := STEP.fullmatch(tensor):
        return _line_of(_only(changing_in_loops(function, "grads" if step[1] == "grads" else "params")))
    if RATE.fullmatch(tensor):
        tensor = "rate"
    if not tensor.isidentifier():
        return None
    owner = target.rpartition(".")[0]
    whole = source.definition(owner) if owner else None
    methods = _methods(whole, function)
    given_to_any = tensor in arguments(function) or (tensor.startswith("dL_d") and isinstance(whole, ast.ClassDef))
    if given_to_any and any(tensor in arguments(each) for each in methods):
        return _where_changed(methods, tensor, first=modified)
    if whole is not None and _stored(whole, tensor):
        stores = _one_giver(function, lambda node: isinstance(node, ast.Attribute) and node.attr == tensor)
        return _marked(stores, function)
    if (gradient := _in_its_gradients(function, tensor)) is not None:
        return _line_of(gradient)
    if not _is_returned(function, tensor, methods if whole is not None else []):
        return None
    returned = _only([each for each in own_nodes(function) if isinstance(each, ast.Return) and each.value is not None])
    if not isinstance(returned, ast.Return):
        return None
    return _marked(_followed(returned.value, function, tensor, () if shape else _LAYOUT), function)


def _where_part_assigned(function: Function, part: str, attribute: str) -> ast.stmt | None:
    """What assigns `self.fc1.W`; in a constructor also the one statement that makes `self.fc1`."""
    giver = _one_giver(function, lambda node: _is_of_part(node, part, attribute))
    return giver or (_only(_stored(function, part)) if function.name == "__init__" else None)


def _methods(whole: ast.AST | None, function: Function) -> list[Function]:
    """The functions of a class; of a function outside any class itself."""
    return [each for each in getattr(whole, "body", [function]) if isinstance(each, Function)]


def _where_changed(methods: list[Function], argument: str, *, first: bool) -> Place | None:
    """Where what was handed in is changed, if one method does so, in one statement or `first` of several."""
    changed = [found for each in methods if (found := changing(each, argument))]
    statements = changed[0] if len(changed) == 1 else []
    return place_of(statements[0] if first and statements else _only(statements), whole=True)


def _is_returned(function: Function, tensor: str, methods: list[Function]) -> bool:
    """Whether a tensor is what a function returns, for certain.

    Args:
        methods: of its class; none outside a class.
    """
    if tensor.startswith("dL_d") != ("backward" in function.name):
        return False
    if not tensor.startswith("dL_d") or not methods:
        return True
    forward = [each for each in methods if each.name == "forward"]  # else it may be a parameter's gradient
    return bool(forward) and tensor.removeprefix("dL_d") in arguments(forward[-1])


def where_attribute_assigned(source: Source, target: str, attribute: str) -> Place | None:
    """Where the class of a method assigns `self.attribute`; None where it does so nowhere, or more than once."""
    owner = target.rpartition(".")[0]
    whole = source.definition(owner) if owner and not source.problem and source.has(owner) else None
    return _line_of(_only(_stored(whole, attribute))) if isinstance(whole, ast.ClassDef) else None


def _in_its_gradients(function: Function, tensor: str) -> ast.AST | None:
    """What computes `dL_db` in a function of `a` and `b` that returns its result and a function of the gradients."""
    given = [each.arg for each in function.args.args]
    returned = _only([each for each in own_nodes(function) if isinstance(each, ast.Return)])
    value = returned.value if isinstance(returned, ast.Return) else None
    if tensor.removeprefix("dL_d") not in given or not isinstance(value, ast.Tuple) or len(value.elts) != 2:
        return None
    inner, gradients = value.elts[1], None
    if isinstance(inner, ast.Lambda):
        gradients = inner.body
    elif isinstance(inner, ast.Name):
        named = [each for each in ast.walk(function) if isinstance(each, Function) and each.name == inner.id]
        ends = [each for each in own_nodes(named[0]) if isinstance(each, ast.Return)] if len(named) == 1 else []
        gradients = ends[0].value if len(ends) == 1 else None
    at = given.index(tensor.removeprefix("dL_d"))
    if not isinstance(gradients, ast.Tuple) or at >= len(gradients.elts):
        return None
    one = gradients.elts[at]
    return _followed(one, named[0], tensor) if isinstance(one, ast.Name) and isinstance(inner, ast.Name) else one


def _line_of(giver: ast.AST | None) -> Place | None:
    """A line without an expression of it: what it is given may be wrong already."""
    return (giver.lineno, giver.lineno, 0, 0) if isinstance(giver, ast.expr | ast.stmt) else None


def _is_of_part(node: ast.AST, part: str, attribute: str) -> bool:
    """Whether a node is `self.fc1.W`, of a part "fc1", or `layer.W`, which may be."""
    if not isinstance(node, ast.Attribute) or node.attr != attribute:
        return False
    owner = node.value
    return owner.attr == part.rpartition(".")[2] if isinstance(owner, ast.Attribute) else isinstance(owner, ast.Name)


def _marked(giver: ast.AST | None, function: Function) -> Place | None:
    """A line, and no expression of it where an earlier line may be at fault."""
    place = place_of(giver)
    if place is None or giver is None:
        return place
    value = giver.value if isinstance(giver, Assignment | ast.Expr) else giver
    return place if value is None or of_inputs_alone(value, function) else (place[0], place[0], 0, 0)


def quoted(source: Source, target: str, snippet: str) -> Place | None:
    """Where a function has code that a sentence quotes; None where it has it nowhere, or more than once.

    Args:
        snippet: one expression or statement, in which `…` stands for any name.
    """
    function = _function(source, target)
    if function is None or len(snippet) < _TELLING:
        return None
    pattern = re.compile(r"[A-Za-z_][\w.]*".join(map(re.escape, snippet.split("…"))))
    larger = (each for each in ast.walk(function) if isinstance(each, _LARGER))
    found = [each for each in larger if pattern.fullmatch(ast.unparse(each).partition("\n")[0])]
    return place_of(found[0], whole=True) if len(found) == 1 else None


def _function(source: Source, target: str) -> Function | None:
    """A function of a file, not its class in its place."""
    function = source.definition(target) if not source.problem and source.has(target) else None
    return function if isinstance(function, Function) else None


def lacks_return(source: Source, target: str, tensor: str) -> bool:
    """Whether a function that is annotated to return something has no `return` with a value, and stores no tensor."""
    owner, function = target.rpartition(".")[0], _function(source, target)
    whole = source.definition(owner) if owner else None
    if function is None or (whole and _stored(whole, tensor)):
        return False
    if function.returns is None or ast.unparse(function.returns) == "None":  # it may be to store what is wrong
        return False
    return not gives_back(function)


def gives_back(function: Function) -> bool:
    """Whether a function has a `return` with a value, or yields."""
    gives = (ast.Yield, ast.YieldFrom)
    return any(
        isinstance(each, gives) or (isinstance(each, ast.Return) and each.value is not None)
        for each in own_nodes(function)
    )


def _stored(where: ast.AST, attribute: str) -> list[ast.stmt]:
    """The statements that assign `self.attribute`."""
    return [
        each
        for each in ast.walk(where)
        if isinstance(each, Assignment)
        and any(isinstance(part, ast.Attribute) and part.attr == attribute for part in _parts(each))
    ]


def _parts(statement: Assignment) -> Iterator[ast.expr]:
    """What a statement assigns, piece by piece; `self.W[0] = …` assigns a piece of `self.W`."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    for target in targets:
        for part in target.elts if isinstance(target, ast.Tuple | ast.List) else [target]:
            yield part.value if isinstance(part, ast.Subscript) else part


def _only(statements: Sequence[ast.stmt]) -> ast.stmt | None:
    return statements[0] if len(statements) == 1 else None


def _followed(
    value: ast.expr | None, function: Function, tensor: str, layout: tuple[str, ...] = _LAYOUT
) -> ast.AST | None:
    """What computes a returned value; of a name the one statement that assigns it, of several the tensor's.

    Args:
        layout: methods that change no number, so that what is wrong was computed before.
    """
    if isinstance(value, ast.Tuple):
        named = [each for each in value.elts if isinstance(each, ast.Name) and each.id == tensor]
        return _followed(named[0], function, tensor, layout) if len(named) == 1 else None
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in layout:
        return _followed(value.func.value, function, tensor, layout)
    if not isinstance(value, ast.Name):
        return value
    return _one_giver(function, lambda node: isinstance(node, ast.Name) and node.id == value.id)


def _one_giver(function: Function, is_it: Callable[[ast.AST], bool]) -> ast.stmt | None:
    """The one statement that gives something its numbers: it assigns it, or fills what was made empty."""
    assigned, filled = list[Assignment](), list[ast.stmt]()
    for each in own_nodes(function):
        if isinstance(each, Assignment):
            assigned += [each for part in _parts(each) if is_it(part)]
        elif isinstance(each, ast.Expr) and isinstance(each.value, ast.Call):
            filled += [each for part in _handed_on(each.value) if is_it(part)]
        elif isinstance(each, ast.For | ast.With | ast.NamedExpr) and any(map(is_it, _bound_by(each))):
            return None
    starts = [each for each in assigned if not isinstance(each, ast.AugAssign) and _makes_empty(each.value)]
    if not starts:
        return assigned[0] if len(assigned) == 1 and not filled else None
    rest: list[ast.stmt] = [each for each in (*assigned, *filled) if each not in starts]
    if not rest and not _read_before_the_end(function, is_it):
        return starts[0] if len(starts) == 1 else None  # it stays as it was made
    return rest[0] if len(starts) == len(rest) == 1 else None


def _read_before_the_end(function: Function, is_it: Callable[[ast.AST], bool]) -> bool:
    """Whether something is used other than to return it, as when a view of it is taken and filled."""
    returned = {part for each in own_nodes(function) if isinstance(each, ast.Return) for part in ast.walk(each)}
    return any(
        is_it(each) and isinstance(getattr(each, "ctx", None), ast.Load)
        for each in own_nodes(function)
        if each not in returned
    )


def _makes_empty(value: ast.expr | None) -> bool:
    """Whether an expression makes something to be filled: `np.zeros(…)`, `[]`."""
    if isinstance(value, ast.Call):
        return getattr(value.func, "attr", getattr(value.func, "id", "")) in _EMPTY
    return isinstance(value, ast.List | ast.Dict) and not ast.unparse(value).strip("[]{}")


def _handed_on(call: ast.Call) -> Iterator[ast.expr]:
    """What a call may change: `y.append(…)`, `np.add.at(y, …)`, `np.matmul(a, b, out=y)`."""
    if isinstance(call.func, ast.Name) and call.func.id == "print":
        return
    if isinstance(call.func, ast.Attribute):
        yield call.func.value
    for each in (*call.args, *(keyword.value for keyword in call.keywords)):
        yield each.value if isinstance(each, ast.Subscript) else each


def _bound_by(node: ast.For | ast.With | ast.NamedExpr) -> Iterator[ast.AST]:
    targets = [node.target] if not isinstance(node, ast.With) else [each.optional_vars for each in node.items]
    return (part for target in targets if target is not None for part in ast.walk(target))


def place_of(node: ast.AST | None, *, whole: bool = False) -> Place | None:
    """Where a node stands; of an assignment its value, unless the whole of it is asked for."""
    assigns = isinstance(node, Assignment) and not whole
    value = getattr(node, "value", None) if assigns else node
    if not isinstance(value, ast.expr | ast.stmt) or value.end_lineno is None or value.end_col_offset is None:
        return None
    return value.lineno, value.end_lineno, value.col_offset, value.end_col_offset
