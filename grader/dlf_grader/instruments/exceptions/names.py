"""Exceptions about names, calls and classes."""

from __future__ import annotations

import ast
import re

from dlf_grader.instruments.exceptions.raised import Raised


def attribute_without_self(raised: Raised) -> str:
    """`W` for `self.W`; a method without self."""
    found = re.match(r"name '(\w+)' is not defined", raised.text)
    if raised.kind == "NameError" and found:
        around = [cls for cls in raised.classes if any(f in ast.walk(cls) for f in raised.definitions)]
        if any(found[1] in raised.assigned_attributes(cls.name) for cls in around):
            return f"{found[1]} is an attribute of this object: self.{found[1]}."
    found = re.match(r"(?:(\w+)\.)?(\w+)\(\) takes (\d+) positional arguments? but (\d+) w", raised.text)
    if found and int(found[4]) == int(found[3]) + 1:
        for cls in raised.classes:
            for method in cls.body:
                if cls.name == found[1] and isinstance(method, ast.FunctionDef) and method.name == found[2]:
                    first = method.args.args[0].arg if method.args.args else ""
                    if first != "self" and not method.decorator_list:
                        return f"The first parameter of a method is the object itself: def {found[2]}(self, …)."
    return ""


def outside_its_class(raised: Raised) -> str:
    """A method that its indentation puts outside the class, or inside another method."""
    found = re.search(r"'(\w+)' object has no attribute '(\w+)'", raised.text)
    if raised.kind != "AttributeError" or not found or raised.source is None:
        return ""
    owner, name = found[1], found[2]
    for cls in raised.classes:
        if cls.name != owner or any(isinstance(n, ast.FunctionDef) and n.name == name for n in cls.body):
            continue
        for method in cls.body:
            inner = method.body if isinstance(method, ast.FunctionDef) else []
            if any(isinstance(n, ast.FunctionDef) and n.name == name for n in inner):
                return f"{name} is indented into another method of {owner}: move it left, to the level of the methods."
        for node in raised.source.body:
            if isinstance(node, ast.FunctionDef) and node.name == name and _takes_self(node):
                return f"{name} is outside class {owner}: indent it into the class."
    return ""


def _takes_self(function: ast.FunctionDef) -> bool:
    return bool(function.args.args) and function.args.args[0].arg == "self"


def never_assigned(raised: Raised) -> str:
    """`self.stride` that no line of the class assigns."""
    found = re.search(r"'(\w+)' object has no attribute '(\w+)'", raised.text)
    if raised.kind != "AttributeError" or not found or not raised.line or "Did you mean" in raised.text:
        return ""
    owners = [cls for cls in raised.classes if cls.name == found[1]]
    reads = any(ast.unparse(node) == f"self.{found[2]}" for node in raised.expressions)
    if len(owners) != 1 or not reads or found[2] in raised.assigned_attributes(found[1]) or owners[0].bases:
        return ""
    return f"No line of class {found[1]} assigns self.{found[2]}."


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
    return f"{' and '.join(nones)} {'is' if len(nones) == 1 else 'are'} None on this line." if nones else ""


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
    fits = raised.kind == "RecursionError"
    return "Python's recursion ends after about 1,000 calls: use a loop with a list as a stack." if fits else ""


def broken_text(raised: Raised) -> str:
    """bytes.decode() of a cut character."""
    fits = raised.kind == "UnicodeDecodeError"
    return 'These bytes are not UTF-8: decode them with errors="replace", which writes U+FFFD.' if fits else ""


def one_branch_only(raised: Raised) -> str:
    """A local variable that some path does not assign."""
    found = re.search(r"local variable '(\w+)'", raised.text)
    fits = raised.kind == "UnboundLocalError" and found
    return f"The lines that assign {found[1]} did not run on this case." if fits and found else ""


RULES = (
    attribute_without_self,
    outside_its_class,
    never_assigned,
    call_brackets,
    is_none,
    reflected_operator,
    too_deep,
    broken_text,
    one_branch_only,
)
