"""What the learner wrote behind a line that was handed out, read and not run."""

from __future__ import annotations

import ast
from collections.abc import Collection

from dlf_grader.run.reading.assigned import helpers_of, methods_of
from dlf_grader.run.reading.givers import Place, line_of
from dlf_grader.run.reading.reached import Known
from dlf_grader.run.reading.returned import origin_of_returned
from dlf_grader.run.reading.source import Function, Source


def behind(source: Source, line: int, own: Collection[int]) -> Place | None:
    """Where the one function that a line calls, and that the learner wrote, gets what it returns.

    None where the line calls none of theirs, or several.

    Args:
        line: one that was handed out.
        own: the lines that the learner wrote.
    """
    here = [each for each in source.statements if each.lineno <= line <= (each.end_lineno or 0)]
    if not here or hasattr(here[-1], "body"):
        return None
    owner = source.definition(source.function_at(line).rpartition(".")[0])
    helpers = helpers_of(source, methods_of(owner) if isinstance(owner, ast.ClassDef) else [])
    called = {ast.unparse(each.func) for each in ast.walk(here[-1]) if isinstance(each, ast.Call)}
    theirs = [each for name, each in helpers.items() if name in called and _lines(each) & set(own)]
    found = origin_of_returned(theirs[0], "", helpers, known=Known()) if len(theirs) == 1 else None
    return line_of(found[0]) if found else None


def _lines(function: Function) -> set[int]:
    return set(range(function.body[0].lineno, (function.end_lineno or 0) + 1))
