"""What a statement at the top of a cell binds, needs and changes, read without running it."""

from __future__ import annotations

import ast
import re
import symtable
import sys
from collections.abc import Iterator

from dlf_grader.sandbox.engines import MAY_IMPORT

OF_THE_TREE = re.compile(r"m\d+_\w+(?:\.|$)")  # a milestone's folder
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
    return isinstance(node, ast.ImportFrom) and OF_THE_TREE.match(node.module or "") is not None


def of_the_folder(node: ast.stmt) -> bool:
    """Whether a statement imports what lies beside the notebook, if it may be imported at all."""
    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
    names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
    return any(map(may_lie_beside, names))


def may_lie_beside(module: str) -> bool:
    """Whether a module can be a learner's own beside a notebook: no library's, and no exercise."""
    known = sys.stdlib_module_names | MAY_IMPORT["torch"]
    return module.partition(".")[0] not in known and not OF_THE_TREE.match(module)


def imports_file(node: ast.stmt, path: str) -> bool:
    """Whether a statement imports from the exercise file of this path."""
    return isinstance(node, ast.ImportFrom) and node.module == path.removesuffix(".py").replace("/", ".")


def patches(node: ast.stmt) -> set[str]:
    """What a statement changes: `Linear.forward = mine`, `setattr(Linear, …)`, `TABLE.append(1)`, in a loop too."""
    calls = [it for it in getattr(node, "decorator_list", []) if isinstance(it, ast.Call)]  # @add_to_class(Linear)
    found = {it.id for call in calls for it in call.args if isinstance(it, ast.Name)}
    waiting: list[ast.AST] = [node]
    through: dict[str, set[str]] = {}  # what a loop's variable is in turn
    while waiting:
        it = waiting.pop()
        if isinstance(it, ast.For):
            through |= {name.id: _elements(it.iter) for name in ast.walk(it.target) if isinstance(name, ast.Name)}
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
            found |= {changed.id} | through.get(changed.id, set())
        waiting += ast.iter_child_nodes(it)
    return found


def _elements(node: ast.expr) -> set[str]:
    """The names that a loop goes through: `(Linear, ReLU)`, `zip([Linear], [mine])`."""
    if isinstance(node, ast.Name):
        return {node.id}
    parts: list[ast.expr] = getattr(node, "elts", [])
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("zip", "enumerate"):
        parts = node.args
    return set().union(*map(_elements, parts))


def bound(node: ast.stmt) -> list[str]:
    """Names that a statement at the top binds."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
        return [node.name]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [] if future(node) else [bound_by(alias) for alias in node.names]
    inner = [it.id for it in ast.walk(node) if isinstance(it, ast.Name) and isinstance(it.ctx, ast.Store)]
    caught = [getattr(it, "name", None) or getattr(it, "rest", None) for it in ast.walk(node) if _is_pattern(it)]
    named = [name for it in ast.walk(node) for name in _in_globals(it)]
    return [*inner, *filter(None, caught), *named, *(name for it in _nested(node) for name in bound(it))]


def _in_globals(node: ast.AST) -> list[str]:
    """The names that `globals()["Linear"] = …` and `globals().update(Linear=…)` bind."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and isinstance(node.slice, ast.Constant):
        return [str(node.slice.value)] if ast.unparse(node.value) == "globals()" else []
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "globals().update":
        keys = [key for it in node.args if isinstance(it, ast.Dict) for key in it.keys]
        words = [str(key.value) for key in keys if isinstance(key, ast.Constant)]
        return [*words, *(it.arg for it in node.keywords if it.arg)]
    return []


def _is_pattern(node: ast.AST) -> bool:
    return isinstance(node, ast.MatchAs | ast.MatchStar | ast.MatchMapping)


def _nested(node: ast.AST) -> Iterator[ast.stmt]:
    for it in ast.iter_child_nodes(node):
        if isinstance(it, ast.stmt):
            yield it
        elif isinstance(it, ast.ExceptHandler | ast.match_case):
            yield from _nested(it)


def deleted(node: ast.stmt) -> set[str]:
    """Names that a statement at the top takes away: `del Linear`."""
    targets = node.targets if isinstance(node, ast.Delete) else []
    inside = [it for target in targets for it in ast.walk(target)]
    return {it.id for it in inside if isinstance(it, ast.Name) and isinstance(it.ctx, ast.Del)}


def sets_globals(node: ast.stmt) -> list[str]:
    """Names that a function gives a value outside of itself, when it is called."""
    return [name for it in ast.walk(node) if isinstance(it, ast.Global) for name in it.names]


def calls(node: ast.stmt) -> str:
    """The function that a statement calls; "" if it does anything else."""
    call = node.value if isinstance(node, ast.Expr | ast.Assign) else None
    return call.func.id if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) else ""


def needed(node: ast.stmt) -> set[str]:
    """Global names that a statement, or a function in it, reads; `CALLS += 1` does."""
    try:
        read_first = ast.unparse(_ReadFirst().visit(ast.parse(ast.unparse(node))))
        waiting = [symtable.symtable(read_first, "cell", "exec")]
    except (SyntaxError, ValueError, RecursionError):
        return set()
    found = set()
    while waiting:
        table = waiting.pop()
        top = table.get_type() == "module"
        found |= {it.get_name() for it in table.get_symbols() if it.is_referenced() and (top or it.is_global())}
        waiting += table.get_children()
    return found


class _ReadFirst(ast.NodeTransformer):
    """Makes `x += 1` say that it reads x, which a table of symbols does not."""

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:
        if not isinstance(node.target, ast.Name):
            return node
        value = ast.BinOp(ast.Name(node.target.id, ast.Load()), node.op, node.value)
        return ast.Assign([node.target], value, lineno=node.lineno)


def bound_by(alias: ast.alias) -> str:
    """The name that an import binds."""
    return (alias.asname or alias.name).partition(".")[0]
