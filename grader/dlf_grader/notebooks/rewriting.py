"""A cell's text with some of it changed, so that a file holds what a kernel would have; lines keep their numbers."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Collection, Iterator

from dlf_grader.notebooks.statements import bound_by, future


def as_main(source: str) -> str:
    """A cell in which `if __name__ == "__main__":` is true, as it is in a kernel and in no file that is imported."""
    try:
        tests = [node.test for node in ast.parse(source).body if isinstance(node, ast.If) and _asks_for_main(node.test)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source
    lines = [line.encode() for line in source.split("\n")]
    for test in reversed(tests):
        _replace(lines, test, "True")
    return b"\n".join(lines).decode()


def _asks_for_main(test: ast.expr) -> bool:
    return ast.unparse(test) in ("__name__ == '__main__'", "'__main__' == __name__")


def without_unused(source: str, used: Collection[str], there: Collection[str]) -> str:
    """A cell without the names that it imports and nothing uses: `import numpy as np, torch`, or a `try` around them.

    Nor does it delete what is not there: of `del x, Linear` the class is left.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source
    lines = [line.encode() for line in source.split("\n")]
    for node in reversed(list(_trimmed(tree))):
        if isinstance(node, ast.Delete):
            targets = [it for target in node.targets for it in (getattr(target, "elts", None) or [target])]
            left = [
                it for it in targets if {name.id for name in ast.walk(it) if isinstance(name, ast.Name)} <= set(there)
            ]
            if len(left) < len(targets):
                node.targets = left
                _replace(lines, node, ast.unparse(node) if left else "pass")
            continue
        names = [alias for alias in node.names if alias.name == "*" or bound_by(alias) in used]
        if len(names) == len(node.names) or future(node):
            continue
        node.names = names
        _replace(lines, node, ast.unparse(node) if names else "pass")
    return b"\n".join(lines).decode()


def _replace(lines: list[bytes], node: ast.stmt | ast.expr, text: str) -> None:
    """Put a text in the place of a node; what was below its first line becomes empty."""
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    after = lines[last][node.end_col_offset :]
    lines[first] = lines[first][: node.col_offset] + text.encode() + after
    lines[first + 1 : last + 1] = [b""] * (last - first)


def _trimmed(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom | ast.Delete]:
    """In their order, those outside of functions and classes."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom | ast.Delete):
            yield node
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.expr):
            yield from _trimmed(node)


def without_body(source: str, there: Collection[str], reason: str = "") -> str:
    """A cell that no kernel could run: what it was to define says so when it is used, and the rest is gone.

    A kernel runs the other cells all the same. Lines keep their numbers.

    Args:
        there: names that other cells define, which a kernel still has.
        reason: why it was not run, of a cell that Python could read.
    """
    fault = f"NameError({reason!r})" if reason else f"SyntaxError({_not_python(source)!r})"
    lines = []
    for line in source.splitlines():
        found = re.match(r"(?:class|def)\s+([^\W\d]\w*)", line)
        name = found[1] if found and not keyword.iskeyword(found[1]) and found[1] not in there else ""
        lines.append(f"def {name}(*_, **__): raise {fault}" if name else "")
    return "\n".join(lines)


def _not_python(source: str) -> str:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        said = " ".join(str(getattr(error, "msg", error)).split())
        return f"{said} (line {error.lineno} of the cell)" if isinstance(error, SyntaxError) else said
    return "not Python"
