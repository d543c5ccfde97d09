"""Exceptions about names and the classes that they stand in."""

from __future__ import annotations

import ast
import re

from dlf_grader.instruments.exceptions.raised import Raised


def attribute_without_self(raised: Raised) -> str:
    """`W` for `self.W`; a method without self."""
    found = re.search(r"Did you mean: 'self\.(\w+)'", raised.text)
    if raised.kind == "NameError" and found:
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


IMPORTED = {"np": "import numpy as np", "math": "import math", "copy": "import copy", "itertools": "import itertools"}
ELSEWHERE = {"null": "None", "nil": "None", "true": "True", "false": "False"}


def not_a_name(raised: Raised) -> str:
    """A module that is not imported, or has another name here; an argument that was renamed; `null`."""
    found = re.match(r"name '(\w+)' is not defined", raised.text)
    if raised.kind != "NameError" or not found or raised.source is None:
        return ""
    name = found[1]
    if name in ELSEWHERE:
        return f"{name} is of another language. Python's is {ELSEWHERE[name]}."
    imports = (node for node in raised.source.body if isinstance(node, ast.Import))
    aliases = {each.name: each.asname for node in imports for each in node.names}
    if aliases.get(name):
        return f"This file has `import {name} as {aliases[name]}`: write {aliases[name]}."
    if name in IMPORTED and any(isinstance(e, ast.Attribute) and _is_name(e.value, name) for e in raised.expressions):
        return f"{name} is not imported: write `{IMPORTED[name]}` at the top of the file."
    for function in raised.definitions[-1:]:
        asked = function.args
        given = [each.arg for each in (*asked.posonlyargs, *asked.args, *asked.kwonlyargs)]
        described = re.search(rf"Args:\n(?: .*\n|\n)*? +{name}: ", ast.get_docstring(function) or "")
        if described and name not in given:
            return f"{name} is an argument in the docstring of {function.name}, and not in its `def` line."
    return ""


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def misspelt_by_case(raised: Raised) -> str:
    """`self.w` for `self.W`."""
    found = re.search(r"object has no attribute '(\w+)'", raised.text)
    if raised.kind != "AttributeError" or not found or "Did you mean" in raised.text:
        return ""
    attributes = [name.rpartition(".")[2] for name in raised.values if name.startswith("self.")]
    near = [each for each in attributes if each.lower() == found[1].lower()]
    reads = any(ast.unparse(node) == f"self.{found[1]}" for node in raised.expressions)
    return f"This object has self.{near[0]}, with {near[0]} in another case." if near and reads else ""


def _is_misspelt(name: str, right: str) -> bool:
    """Whether a name is another but for capitals, the order of its letters, or one that is missing or too many."""
    short, long = sorted((name.lower(), right.lower()), key=len)
    return sorted(short) == sorted(long) or short in {long[:at] + long[at + 1 :] for at in range(len(long))}


def another_name(raised: Raised) -> str:
    """`dL_dW = …` or `self.dW = …` where `self.dL_dW` is to be."""
    found = re.search(r"'(\w+)' object has no attribute '((?:dL_d)?(\w+))'", raised.text)
    if raised.kind != "AttributeError" or not found or raised.call != f"{found[1]}.{found[2]}":
        return ""
    owner, name = found[1], found[2]
    assigned = raised.assigned_attributes(owner)
    close = {f"d{found[3]}", f"grad_{found[3]}", f"{found[3]}_grad"} | {x for x in assigned if _is_misspelt(x, name)}
    if name in assigned:
        return ""
    for other in sorted((close & assigned) - {name}):
        return f"Class {owner} assigns self.{other}: its name is self.{name}."
    setter = "backward" if name.startswith("dL_d") else "__init__"  # a variable of another method is no mistake
    methods = [each for cls in raised.classes if cls.name == owner for each in cls.body]
    body = [node for each in methods if getattr(each, "name", "") == setter for node in ast.walk(each)]
    if any(isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store) for node in body):
        return f"{name} is only a variable in {setter} of class {owner}: assign self.{name}."
    return ""


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
    not_a_name,
    misspelt_by_case,
    another_name,
    outside_its_class,
    never_assigned,
    broken_text,
    one_branch_only,
)
