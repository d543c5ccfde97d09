"""The lines of a learner's file that a failure points to: what they wrote, with the expression in question."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from textwrap import dedent
from typing import TypeAlias

from dlf_grader.frames import Frame
from dlf_grader.report import Excerpt, Location
from dlf_grader.run.sources import Source, encoding_of

AROUND = 1  # lines before and after
_LAYOUT = ("reshape", "astype", "transpose", "copy", "squeeze")
Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


def excerpt_of(source: Source, location: Location, expression: Sequence[int] = ()) -> Excerpt | None:
    """The lines around a location; None where there are none.

    Args:
        expression: its first and last line, from which byte to before which; whatever else it is, nothing is marked.
    """
    text = source.data.decode(encoding_of(source.data), errors="replace")
    lines = text.expandtabs(1).split("\n")
    line = location.line
    if not 0 < line <= len(lines) or not lines[line - 1].strip():
        return None
    first = max(line - AROUND, 1)
    around = [each.rstrip() for each in lines[first - 1 : line + AROUND]]
    at = line - first
    while around and not around[-1]:
        around.pop()
    while not around[0]:
        around, at = around[1:], at - 1
    shared = dedent("\n".join(around)).splitlines()
    columns = _columns(lines[line - 1], line, expression)
    if columns is not None:
        indent = len(around[at]) - len(shared[at])
        columns = columns[0] - indent, columns[1] - indent
    return Excerpt(location, tuple(shared), at, columns)


def _columns(text: str, line: int, expression: Sequence[int]) -> tuple[int, int] | None:
    """From where to before where an expression reaches on the line on which it begins."""
    if len(expression) != 4 or expression[0] != line:
        return None
    data, start = text.encode(), expression[2]
    end = expression[3] if expression[1] == line else len(data)
    if not 0 <= start < end <= len(data):
        return None
    return len(data[:start].decode(errors="replace")), len(data[:end].decode(errors="replace"))


def written(source: Source, stub: str) -> frozenset[int]:
    """The numbers of the lines that are not as they were handed out: those that the learner wrote."""
    mine = source.data.decode(encoding_of(source.data), errors="replace").replace("\r", "").split("\n")
    matcher = SequenceMatcher(None, mine, stub.split("\n"), autojunk=False)
    given = {at for block in matcher.get_matching_blocks() for at in range(block.a, block.a + block.size)}
    return frozenset(at + 1 for at in range(len(mine)) if at not in given)


def added_statements(mine: ast.AST | None, stub: ast.AST | None) -> bool:
    """Whether a function does more than it did as it was handed out, beside raising."""
    found = [
        {ast.unparse(each) for each in ast.walk(function) if isinstance(each, ast.stmt) and each is not function}
        - {ast.unparse(each) for each in ast.walk(function) if isinstance(each, ast.Raise | ast.Pass)}
        for function in (mine, stub)
        if isinstance(function, Function)
    ]
    return len(found) == 2 and bool(found[0] - found[1])


def innermost_written(frames: Sequence[Frame], lines_of: dict[str, frozenset[int]]) -> Frame | None:
    """The innermost frame that stands in a line that the learner wrote.

    Args:
        lines_of: of each file that was handed out, the lines that they wrote; all of any other is theirs.
    """
    own = (frame for frame in reversed(frames) if frame.line in lines_of.get(frame.file, {frame.line}))
    return next(own, None)


def giving(source: Source, target: str, tensor: str) -> tuple[int, int, int, int] | None:
    """Where a function gives a tensor its value, `self.dL_db = …` or `return …`; None where that may be elsewhere.

    Returns:
        the expression, as Python counts: its first and last line, from which byte to before which.
    """
    if source.problem or not tensor.isidentifier():
        return None
    owner, _, name = target.rpartition(".")
    function = source.definition(target)
    if not isinstance(function, Function) or function.name != name:
        return None
    whole = source.definition(owner) if owner else None
    if tensor in _arguments(function) or (tensor.startswith("dL_d") and isinstance(whole, ast.ClassDef)):
        methods = [each for each in getattr(whole, "body", [function]) if isinstance(each, Function)]
        if any(tensor in _arguments(each) for each in methods):  # what is wrong was handed in, and changed there
            return _span(_only([found for each in methods for found in _changing(each, tensor)]), whole=True)
    if whole is not None and _stored(whole, tensor):
        return _span(_only(_stored(function, tensor)))
    if tensor.startswith("dL_d") != ("backward" in name) or (
        whole is not None and _stored(whole, tensor.removeprefix("dL_d"))
    ):
        return None  # it is not what this function returns, or may be a parameter's gradient that is stored elsewhere
    returned = _only([each for each in _own(function) if isinstance(each, ast.Return) and each.value is not None])
    return _span(_followed(returned.value, function, tensor)) if isinstance(returned, ast.Return) else None


def _arguments(function: Function) -> set[str]:
    return {each.arg for each in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)}


def _changing(function: Function, argument: str) -> list[ast.stmt]:
    """The statements that change an argument in place, under its own name or another; none where a name is reused."""
    statements = [each for each in _own(function) if isinstance(each, ast.Assign | ast.AugAssign)]
    names = {argument}
    for each in statements:
        if isinstance(each, ast.Assign) and isinstance(each.value, ast.Name) and each.value.id in names:
            names |= {target.id for target in each.targets if isinstance(target, ast.Name)}
    found: list[ast.stmt] = []
    for each in statements:
        for target in each.targets if isinstance(each, ast.Assign) else [each.target]:
            if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name) and target.value.id in names:
                found.append(each)
            elif isinstance(target, ast.Name) and target.id in names:
                if isinstance(each, ast.AugAssign):
                    found.append(each)
                elif not isinstance(each.value, ast.Name):
                    return []
    return found


def lacks_return(source: Source, target: str, tensor: str) -> bool:
    """Whether a function that is annotated to return something has no `return` with a value, and stores no tensor."""
    owner, _, name = target.rpartition(".")
    function, whole = source.definition(target), source.definition(owner) if owner else None
    if not isinstance(function, Function) or function.name != name or (whole and _stored(whole, tensor)):
        return False
    if function.returns is None or ast.unparse(function.returns) == "None":  # it may be to store what is wrong
        return False
    gives = (ast.Yield, ast.YieldFrom)
    return not any(
        isinstance(each, gives) or (isinstance(each, ast.Return) and each.value is not None) for each in _own(function)
    )


def _stored(where: ast.AST, attribute: str) -> list[ast.stmt]:
    """The statements that assign `self.attribute`."""
    return [
        each
        for each in ast.walk(where)
        if isinstance(each, ast.Assign | ast.AugAssign | ast.AnnAssign)
        and any(isinstance(part, ast.Attribute) and part.attr == attribute for part in _parts(each))
    ]


def _parts(statement: ast.Assign | ast.AugAssign | ast.AnnAssign) -> Iterator[ast.expr]:
    """What a statement assigns, piece by piece; `self.W[0] = …` assigns a piece of `self.W`."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    for target in targets:
        for part in target.elts if isinstance(target, ast.Tuple | ast.List) else [target]:
            yield part.value if isinstance(part, ast.Subscript) else part


def _own(function: Function) -> Iterator[ast.AST]:
    """All of a function but the functions inside it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop(0)
        yield node
        if not isinstance(node, Function | ast.Lambda | ast.ClassDef):
            waiting += ast.iter_child_nodes(node)


def _only(statements: Sequence[ast.stmt]) -> ast.stmt | None:
    return statements[0] if len(statements) == 1 else None


def _followed(value: ast.expr | None, function: Function, tensor: str) -> ast.AST | None:
    """What computes a returned value; of a name the one statement that assigns it, of several the tensor's."""
    if isinstance(value, ast.Tuple):
        named = [each for each in value.elts if isinstance(each, ast.Name) and each.id == tensor]
        return _followed(named[0], function, tensor) if len(named) == 1 else None
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in _LAYOUT:
        return _followed(value.func.value, function, tensor)  # what is wrong was computed before
    if not isinstance(value, ast.Name):
        return value
    bound = [
        each
        for each in _own(function)
        if (isinstance(each, ast.Name) and each.id == value.id and not isinstance(each.ctx, ast.Load))
        or (isinstance(each, ast.Subscript) and getattr(each.value, "id", "") == value.id and _is_stored(each))
    ]
    assigned = [each for each in _own(function) if isinstance(each, ast.Assign) and bound == [each.targets[0]]]
    return assigned[0] if len(assigned) == 1 else None


def _is_stored(node: ast.Subscript) -> bool:
    return not isinstance(node.ctx, ast.Load)


def _span(node: ast.AST | None, *, whole: bool = False) -> tuple[int, int, int, int] | None:
    """Where a node stands; of an assignment its value, unless the whole of it is asked for."""
    assigns = isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign) and not whole
    value = getattr(node, "value", None) if assigns else node
    if not isinstance(value, ast.expr | ast.stmt) or value.end_lineno is None or value.end_col_offset is None:
        return None
    return value.lineno, value.end_lineno, value.col_offset, value.end_col_offset
