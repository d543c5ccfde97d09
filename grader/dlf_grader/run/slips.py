"""Statements of a failing function that cannot be meant as they stand: an `==` for `=`, a loop of one pass."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from dlf_grader.report import Diagnosis


def slips_in(function: ast.AST | None) -> Iterator[Diagnosis]:
    """What is certain of a function, whatever it is to compute."""
    for node in ast.walk(function) if isinstance(function, ast.FunctionDef) else ():
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Compare):
            text = f"Line {node.lineno} compares, and nothing uses the result: = assigns, == compares."
            yield Diagnosis("compared", text)
        if isinstance(node, ast.For | ast.While) and (end := _always_ends(node.body)):
            yield Diagnosis("one-pass", f"The loop on line {node.lineno} ends in its first pass, with line {end}.")


def _always_ends(body: list[ast.stmt]) -> int:
    """The line of a `return` or `break` that every pass of a loop comes to; 0 where a pass may go on."""
    if any(isinstance(part, ast.Continue) for each in body for part in ast.walk(each)):
        return 0
    return next((each.lineno for each in body if isinstance(each, ast.Return | ast.Break)), 0)
