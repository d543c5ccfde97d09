"""Where what a function returns comes from, read and not run."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence

from dlf_grader.run.reading.givers import Is, attribute, named, one_giver, value_given
from dlf_grader.run.reading.in_place import own_nodes
from dlf_grader.run.reading.of_inputs import plain_inputs
from dlf_grader.run.reading.pieces import filler_of
from dlf_grader.run.reading.reached import Known, return_reached, returns_of
from dlf_grader.run.reading.source import Function

LAYOUT = ("reshape", "astype", "transpose", "copy", "squeeze")
_GATHERED = ("stack", "array", "asarray", "ascontiguousarray", "list", "tuple")
_DEPTH = 4  # helpers and names that are followed


def origin_of_returned(
    function: Function,
    tensor: str,
    helpers: Mapping[str, Function],
    *,
    known: Known,
    shape: bool = False,
    index: Sequence[int] = (),
) -> tuple[ast.AST, Function, bool] | None:
    """What gives a returned tensor its value, in which function, and whether that one place is certain.

    It is not where a function has more than one `return`, as the way to this one may be wrong; nor where it is only
    the `return` itself that is known.

    Args:
        helpers: the functions of the file and the methods of the class, by how they are called: "split", "self.split".
        known: of the failing call.
        shape: whether its shape is what is wrong, so that a last `.reshape(…)` matters.
        index: of its first wrong element.
    """
    returned = return_reached(function, known)
    if returned is None or returned.value is None:
        return None
    value = _part(returned.value, tensor, function)
    if value is None:
        return returned, function, False
    found = followed(value, function, () if shape else LAYOUT)
    if found is None and (is_it := _is_named(value)):
        found = filler_of(function, is_it, index)
    if found is None:
        return returned, function, False
    call = found if isinstance(found, ast.Call) else value_given(found)
    helper = helpers.get(ast.unparse(call.func)) if isinstance(call, ast.Call) else None
    if isinstance(call, ast.Call) and helper is not None and helper is not function and plain_inputs(call, function):
        inner = Known(ends=known.ends)
        return origin_of_returned(helper, "", helpers, known=inner, shape=shape) or (found, function, False)
    return found, function, len(returns_of(function)) == 1


def followed(value: ast.expr | None, function: Function, layout: tuple[str, ...] = LAYOUT) -> ast.AST | None:
    """What computes a value: itself, or of a name the one statement that gives it its numbers.

    Args:
        layout: methods that change no number, so that what is wrong was computed before.
    """
    inner = _inside(value, layout)
    is_it = _is_named(inner)
    if is_it is None:
        return inner
    giver = one_giver(function, is_it)
    for _ in range(_DEPTH):
        is_it = _is_named(_inside(value_given(giver), layout))
        before = one_giver(function, is_it) if is_it else None
        if giver is None or before is None or before.lineno >= giver.lineno:
            break
        giver = before
    return giver


def _inside(value: ast.expr | None, layout: tuple[str, ...]) -> ast.expr | None:
    """What is only laid out anew: the y of `y.reshape(…)` and `np.stack(y, axis=1)`."""
    while layout and isinstance(value, ast.Call):
        if isinstance(value.func, ast.Attribute) and value.func.attr in layout:
            value = value.func.value
        elif getattr(value.func, "attr", getattr(value.func, "id", "")) in _GATHERED and value.args:
            if not isinstance(value.args[0], ast.Name):
                return value
            value = value.args[0]
        else:
            return value
    return value


def _is_named(value: ast.expr | None) -> Is | None:
    if isinstance(value, ast.Name):
        return named(value.id)
    if isinstance(value, ast.Attribute) and isinstance(value.value, ast.Name) and value.value.id == "self":
        return attribute(value.attr)
    return None


def _part(value: ast.expr, tensor: str, function: Function) -> ast.expr | None:
    """Which of several returned values is the tensor, by its name here or in the docstring; None if that is open."""
    if not isinstance(value, ast.Tuple):
        return value
    said, flat = returns_said(function), _flat(value)
    if len(said) == len(flat) and tensor in said:
        return flat[said.index(tensor)]
    names = {tensor, tensor.replace("dL_d", "d", 1)}
    found = [each for each in flat if isinstance(each, ast.Name) and each.id in names]
    return found[0] if len(found) == 1 else None


def _flat(value: ast.expr) -> list[ast.expr]:
    return [part for each in value.elts for part in _flat(each)] if isinstance(value, ast.Tuple) else [value]


def returns_said(function: Function) -> list[str]:
    """The names of what is returned, in order, as its docstring lists them: "dL_dx: …", "(h_T, c_T): …"."""
    text = ast.get_docstring(function) or ""
    section = re.search(r"^Returns:\n((?:[ \t]+.*\n?|\n)*)", text, re.MULTILINE)
    found: list[str] = []
    for line in section[1].splitlines() if section else []:
        if not re.match(r" {4}\S", line):
            continue
        if listed := re.match(r"\(?((?:\w+, )*\w+)\)?:", line.strip()):
            found += listed[1].split(", ")
        else:
            found += re.findall(r"\b(dL_d\w+) \(", line)
    return found


def gradient_of_operation(function: Function, tensor: str) -> ast.AST | None:
    """What computes `dL_db` in a function of `a` and `b` that returns its result and a function of the gradients."""
    arguments = [each.arg for each in function.args.args]
    if tensor.removeprefix("dL_d") not in arguments or (inner := function_of_gradients(function)) is None:
        return None
    ends = [inner.body] if isinstance(inner, ast.Lambda) else [each.value for each in returns_of(inner)]
    at = arguments.index(tensor.removeprefix("dL_d"))
    gradients = ends[0] if len(ends) == 1 else None
    if not isinstance(gradients, ast.Tuple) or at >= len(gradients.elts):
        return gradients
    one = gradients.elts[at]
    return (followed(one, inner) or gradients) if isinstance(inner, Function) else one


def function_of_gradients(function: Function) -> Function | ast.Lambda | None:
    """The function that an operation returns beside its result."""
    ends = returns_of(function)
    value = ends[0].value if len(ends) == 1 else None
    if not isinstance(value, ast.Tuple) or len(value.elts) != 2:
        return None
    if isinstance(inner := value.elts[1], ast.Lambda):
        return inner
    name = inner.id if isinstance(inner, ast.Name) else ""
    found = [each for each in ast.walk(function) if isinstance(each, Function) and each.name == name]
    return found[0] if len(found) == 1 else None


def gives_back(function: Function) -> bool:
    """Whether a function has a `return` with a value, or yields."""
    return bool(returns_of(function)) or any(
        isinstance(each, ast.Yield | ast.YieldFrom) for each in own_nodes(function)
    )
