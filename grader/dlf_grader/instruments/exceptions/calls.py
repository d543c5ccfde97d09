"""Exceptions about what is called, and with what: brackets, signatures, None, tuples, recursion."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable

from dlf_grader.instruments.exceptions.raised import Raised
from dlf_grader.run.reading.returned import gives_back

NOT_CALLED = ("T", "shape", "size", "ndim", "dtype")


def other_signature(raised: Raised) -> str:
    """A method that asks for more, or for other arguments, than it did as it was handed out."""
    found = re.match(r"[\w.]+\(\) missing \d+ required (?:positional|keyword-only) arguments?: (.*)", raised.text)
    taken = re.match(r"[\w.]+\(\) got an unexpected keyword argument '(\w+)'$", raised.text)
    if raised.kind == "TypeError" and taken and not raised.line:
        return f"As it was handed out, {raised.call.partition('(')[0]} takes {taken[1]}: restore its signature."
    if raised.kind != "TypeError" or not found or raised.line:
        return ""
    method = raised.call.partition("(")[0]
    bodies = [each for cls in raised.classes for each in cls.body if isinstance(each, ast.FunctionDef)]
    if any(each.name == method.rpartition(".")[2] and each.decorator_list for each in bodies):
        return ""  # a static method lacks its first argument, which is no fault of the others
    names = found[1].replace("'", "")
    return f"As it was handed out, {method} can be called without {names}: restore its signature."


def hidden(raised: Raised) -> str:
    """`max = x.max()`, then `max(1, 2)`; `np = 3`."""
    called = "is not callable" in raised.text
    if not called and "has no attribute" not in raised.text:
        return ""
    modules = [each for node in raised.source.body for each in getattr(node, "names", ())] if raised.source else []
    known = {*(dir(builtins) if called else ()), *(each.asname or each.name for each in modules)}
    for node in raised.expressions:
        inner = node.func if isinstance(node, ast.Call) else getattr(node, "value", None)
        if isinstance(inner, ast.Name) and inner.id in known and inner.id in raised.values:
            whose = "Python's function" if hasattr(builtins, inner.id) else "what this file imports"
            return f"{inner.id} is {raised.values[inner.id]} here, a variable that hides {whose} of that name."
    return ""


def call_brackets(raised: Raised) -> str:
    """`x.sum * 2`, `x.T()`, `x(0)`, `2(x)`."""
    if raised.kind != "TypeError":
        return ""
    if re.search(r"'(builtin_function_or_method|method|function)'", raised.text) and "object is not" not in raised.text:
        return "One operand is a function, not its result: call it with ()."
    if re.search(r"'(builtin_function_or_method|method|function|[\w.]*Dispatcher)' object is not subscr", raised.text):
        return "A function is called with ( ), not [ ]."
    found = re.search(r"'([\w.]+)' object is not callable", raised.text)
    if not found:
        return ""
    for node in raised.expressions:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in NOT_CALLED:
            return f"{ast.unparse(node.func)} is not a method: leave the brackets after it out."
    if found[1] in ("int", "float"):
        return "A number before ( ) is a call in Python: write * for a product."
    if found[1] in ("numpy.ndarray", "tuple", "list"):
        return f"( ) calls, and a {found[1].rpartition('.')[2]} cannot be called: its elements are reached with [ ]."
    if raised.line and found[1] in ("Linear", "ReLU", "Conv2d", "LayerNorm", "MultiHeadAttention", "FeedForward"):
        return f"{found[1]} defines no __call__: its forward is called by name, layer.forward(x)."
    return ""


def is_none(raised: Raised) -> str:
    """An operation on None."""
    if "NoneType" not in raised.text:
        return ""
    nones = dict.fromkeys(
        ast.unparse(node)
        for node in raised.expressions
        if isinstance(node, ast.Name | ast.Attribute) and raised.values.get(ast.unparse(node)) == "None"
    )
    if not nones:
        return ""
    maker = _returns_nothing(raised, nones)
    why = f": {maker} returns nothing" if maker else ""
    return f"{' and '.join(nones)} {'is' if len(nones) == 1 else 'are'} None on line {raised.line}{why}."


def _returns_nothing(raised: Raised, names: Iterable[str]) -> str:
    """The one function of the file that gives these names their values, if it has no `return` with one."""
    inside = [node for function in raised.definitions[-1:] for node in ast.walk(function)]
    makers = set()
    for name in names:
        given = [n.value for n in inside if isinstance(n, ast.Assign) and [ast.unparse(t) for t in n.targets] == [name]]
        made_by = [ast.unparse(value.func).removeprefix("self.") for value in given if isinstance(value, ast.Call)]
        makers.add(made_by[0] if len(given) == len(made_by) == 1 else "")
    functions = [n for n in ast.walk(raised.source) if isinstance(n, ast.FunctionDef)] if raised.source else []
    (maker, *others) = makers
    found = [function for function in functions if function.name == maker]
    return "" if others or len(found) != 1 or gives_back(found[0]) else maker


def reflected_operator(raised: Raised) -> str:
    """`2 + tensor` without `__radd__`."""
    found = re.search(r"unsupported operand type\(s\) for ([-+*/]|\*\*|@).*: '(\w+)' and '(\w+)'", raised.text)
    methods = {"+": "radd", "-": "rsub", "*": "rmul", "/": "rtruediv", "@": "rmatmul"}
    if not found or found[2] not in ("int", "float") or found[1] not in methods:
        return ""
    for cls in raised.classes:
        if cls.name == found[3]:
            return f"A number {found[1]} a {cls.name} calls {cls.name}.__{methods[found[1]]}__, which is not there."
    return ""


def too_deep(raised: Raised) -> str:
    """Recursion over a long graph."""
    for function in raised.definitions[-1:] if raised.kind == "RecursionError" else ():
        given = [each.arg for each in function.args.args if each.arg != "self"]
        changed = {
            each.id for each in ast.walk(function) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
        }
        calls = [each for each in ast.walk(function) if isinstance(each, ast.Call) and _is_of(each, function)]
        for call in [each for each in calls if each in raised.expressions] or calls[: len(calls) == 1]:
            if given and [ast.unparse(each) for each in call.args] == given and not changed & {*given}:
                return f"{function.name} calls itself with the arguments that it got, and so without end."
            if not given and not call.args and _always_runs(call, function):
                return f"{function.name} calls itself whatever happens, and so without end."
    fits = raised.kind == "RecursionError"
    return "Python's recursion ends after about 1,000 calls: use a loop with a list as a stack." if fits else ""


def not_stored_by_id(raised: Raised) -> str:
    """A dictionary of gradients by `id(node)` that holds none for a node."""
    if raised.kind != "KeyError" or raised.function != "backward":
        return ""
    keys = [each.slice for each in raised.expressions if isinstance(each, ast.Subscript)]
    keys += [each.args[0] for each in raised.calls("pop") if each.args]
    for key in keys:
        if isinstance(key, ast.Call) and ast.unparse(key.func) == "id" and key.args:
            node = ast.unparse(key.args[0])
            return f"No gradient has reached {node}: it requires none, or it comes before what was computed from it."
    return ""


def _is_of(call: ast.Call, function: ast.FunctionDef) -> bool:
    return ast.unparse(call.func) in (function.name, f"self.{function.name}")


def _always_runs(call: ast.Call, function: ast.FunctionDef) -> bool:
    """Whether a function comes to a call each time: nothing before it may end it, and it stands in no branch."""
    branches = (ast.IfExp, ast.BoolOp, ast.Lambda)
    for statement in function.body:
        if call in ast.walk(statement):
            plain = isinstance(statement, ast.Return | ast.Assign | ast.Expr)
            return plain and not any(isinstance(node, branches) for node in ast.walk(statement))
        if any(isinstance(node, ast.Return | ast.Raise) for node in ast.walk(statement)):
            return False
    return False


def ends_the_program(raised: Raised) -> str:
    """`exit()` in a function that is graded."""
    return "exit() ends the whole program: leave it out." if raised.kind == "SystemExit" else ""


def trailing_comma(raised: Raised) -> str:
    """`d = a - b,`, which is a tuple."""
    if "'tuple'" not in raised.text or raised.source is None:
        return ""
    for node in raised.expressions:
        name = ast.unparse(node)
        if raised.values.get(name) != "tuple of 1":
            continue
        for each in ast.walk(raised.source):
            if not isinstance(each, ast.Assign) or [ast.unparse(target) for target in each.targets] != [name]:
                continue
            if isinstance(each.value, ast.Tuple) and len(each.value.elts) == 1:
                return f"{name} is a tuple: a comma ends line {each.lineno}, where it is assigned."
    return ""


RULES = (
    other_signature,
    hidden,
    call_brackets,
    is_none,
    reflected_operator,
    too_deep,
    not_stored_by_id,
    ends_the_program,
    trailing_comma,
)
