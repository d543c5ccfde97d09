"""What a statement at the top of a cell binds, needs and changes, read without running it."""

from __future__ import annotations

import ast
import keyword
import re
import symtable
from collections.abc import Collection, Iterator

CHANGES = frozenset(
    {"add", "append", "clear", "extend", "fill", "insert", "pop", "remove", "setdefault", "sort", "update"}
)


def is_import(node: ast.stmt) -> bool:
    """Whether it imports something; what only changes the language does not."""
    return isinstance(node, ast.Import | ast.ImportFrom) and not future(node)


def future(node: ast.stmt) -> list[ast.alias]:
    """What it imports of `__future__`."""
    return node.names if isinstance(node, ast.ImportFrom) and node.module == "__future__" else []


def is_definition(node: ast.stmt) -> bool:
    """Whether it is a function or a class."""
    return isinstance(node, ast.FunctionDef | ast.ClassDef)


def of_the_tree(node: ast.stmt) -> bool:
    """Whether a statement imports another exercise."""
    return isinstance(node, ast.ImportFrom) and re.match(r"m\d+_\w+(?:\.|$)", node.module or "") is not None


def imports_file(node: ast.stmt, path: str) -> bool:
    """Whether a statement imports from the exercise file of this path."""
    return isinstance(node, ast.ImportFrom) and node.module == path.removesuffix(".py").replace("/", ".")


def patches(node: ast.stmt) -> set[str]:
    """What a statement changes: `Linear.forward = mine`, `setattr(Linear, …)`, `TABLE.append(1)`, in a loop too."""
    calls = [it for it in getattr(node, "decorator_list", []) if isinstance(it, ast.Call)]  # @add_to_class(Linear)
    found = {it.id for call in calls for it in call.args if isinstance(it, ast.Name)}
    waiting: list[ast.AST] = [node]
    while waiting:
        it = waiting.pop()
        if isinstance(it, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue
        changed = None
        if isinstance(it, ast.Attribute | ast.Subscript) and isinstance(it.ctx, ast.Store | ast.Del):
            changed = it.value
        elif isinstance(it, ast.Call) and isinstance(it.func, ast.Attribute) and it.func.attr in CHANGES:
            changed = it.func.value
        elif isinstance(it, ast.Call) and it.args and isinstance(it.func, ast.Name) and it.func.id == "setattr":
            changed = it.args[0]
        if isinstance(changed, ast.Name):
            found.add(changed.id)
        waiting += ast.iter_child_nodes(it)
    return found


def bound(node: ast.stmt) -> list[str]:
    """Names that a statement at the top binds."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
        return [node.name]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [] if future(node) else [bound_by(alias) for alias in node.names]
    inner = [it.id for it in ast.walk(node) if isinstance(it, ast.Name) and isinstance(it.ctx, ast.Store)]
    caught = [getattr(it, "name", None) or getattr(it, "rest", None) for it in ast.walk(node) if _is_pattern(it)]
    return [*inner, *filter(None, caught), *(name for it in _nested(node) for name in bound(it))]


def _is_pattern(node: ast.AST) -> bool:
    return isinstance(node, ast.MatchAs | ast.MatchStar | ast.MatchMapping)


def _nested(node: ast.AST) -> Iterator[ast.stmt]:
    for it in ast.iter_child_nodes(node):
        if isinstance(it, ast.stmt):
            yield it
        elif isinstance(it, ast.ExceptHandler | ast.match_case):
            yield from _nested(it)


def sets_globals(node: ast.stmt) -> list[str]:
    """Names that a function gives a value outside of itself, when it is called."""
    return [name for it in ast.walk(node) if isinstance(it, ast.Global) for name in it.names]


def calls(node: ast.stmt) -> str:
    """The function that a statement calls; "" if it does anything else."""
    call = node.value if isinstance(node, ast.Expr | ast.Assign) else None
    return call.func.id if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) else ""


def needed(node: ast.stmt) -> set[str]:
    """Global names that a statement, or a function in it, reads."""
    try:
        waiting = [symtable.symtable(ast.unparse(node), "cell", "exec")]
    except (SyntaxError, ValueError, RecursionError):
        return set()
    found = set()
    while waiting:
        table = waiting.pop()
        top = table.get_type() == "module"
        found |= {it.get_name() for it in table.get_symbols() if it.is_referenced() and (top or it.is_global())}
        waiting += table.get_children()
    return found


def without_unused(source: str, used: Collection[str]) -> str:
    """A cell without the names that it imports and nothing uses: `import numpy as np, torch`, or a `try` around them.

    Lines keep their numbers.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source
    lines = [line.encode() for line in source.split("\n")]
    for node in reversed(list(_imports(tree))):
        names = [alias for alias in node.names if alias.name == "*" or bound_by(alias) in used]
        if len(names) == len(node.names) or future(node):
            continue
        node.names = names
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        after = lines[last][node.end_col_offset :]
        lines[first] = lines[first][: node.col_offset] + (ast.unparse(node) if names else "pass").encode() + after
        lines[first + 1 : last + 1] = [b""] * (last - first)
    return b"\n".join(lines).decode()


def _imports(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """In their order, those outside of functions and classes."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.expr):
            yield from _imports(node)


def bound_by(alias: ast.alias) -> str:
    """The name that an import binds."""
    return (alias.asname or alias.name).partition(".")[0]


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
