"""Which statements of a function change something in place, read and not run."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from dlf_grader.run.reading.source import Function

METHODS = ("append", "extend", "insert", "sort", "reverse", "fill", "resize", "clear", "pop", "remove")
OF_ARRAYS = ("shape", "dtype", "strides")  # attributes of an array that can be assigned, and change it
FUNCTIONS = ("copyto", "put", "place", "putmask", "fill_diagonal", "at")  # of NumPy; np.add.at


def changing(function: Function, argument: str, *, after: int = 0) -> list[ast.stmt]:
    """The statements that change an argument in place, under its own name or another, until a name is reused.

    Args:
        after: the line on which it gets its name.
    """
    names = {argument}
    for each in own_nodes(function):
        if isinstance(each, ast.Assign) and isinstance(each.value, ast.Name) and each.value.id in names:
            names |= {target.id for target in each.targets if isinstance(target, ast.Name)}
    found: list[ast.stmt] = []
    statements = [each for each in own_nodes(function) if isinstance(each, ast.stmt) and each.lineno > after]
    for each in sorted(statements, key=lambda statement: statement.lineno):
        if any(_is_one(part, names) for part in _changed_by(each)):
            found.append(each)
        elif _reuses(each, names):
            break
    return found


def changing_in_loops(function: Function, container: str) -> list[ast.stmt]:
    """The statements that change in place what is taken out of a container, `for w, g in zip(self.params, grads)`.

    Where nothing does, the statements that make something new under its name: that changes nothing.
    """
    taken = [(name, line) for each in own_nodes(function) for name, line in _taken(each, container)]
    names = {name for name, _ in taken}
    found = [each for name, line in taken for each in changing(function, name, after=line)]
    found += [
        each
        for each in own_nodes(function)
        if isinstance(each, ast.stmt)
        for part in _changed_by(each)
        if isinstance(part, ast.Subscript) and _names(part.value, container)
    ]
    if not found:
        found = [each for each in own_nodes(function) if isinstance(each, ast.Assign) and _moves(each, names)]
    return list(dict.fromkeys(found))


def arguments(function: Function) -> set[str]:
    """The names of a function's arguments."""
    return {each.arg for each in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)}


def own_nodes(function: Function) -> Iterator[ast.AST]:
    """All of a function but the functions inside it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop(0)
        yield node
        if not isinstance(node, Function | ast.Lambda | ast.ClassDef):
            waiting += ast.iter_child_nodes(node)


def _changed_by(statement: ast.stmt) -> Iterator[ast.expr]:
    """What a statement changes in place: a name, or a part of something."""
    if isinstance(statement, ast.AugAssign):
        yield statement.target
    elif isinstance(statement, ast.Assign):
        yield from (target for target in statement.targets if isinstance(target, ast.Subscript))
        attributes = (target for target in statement.targets if isinstance(target, ast.Attribute))
        yield from (target.value for target in attributes if target.attr in OF_ARRAYS)
    call = getattr(statement, "value", None)
    if not isinstance(call, ast.Call):
        return
    yield from (keyword.value for keyword in call.keywords if keyword.arg == "out")
    if isinstance(call.func, ast.Attribute):
        if call.func.attr in FUNCTIONS and call.args:
            yield call.args[0]
        elif call.func.attr in METHODS:
            yield call.func.value


def _reuses(node: ast.stmt, names: set[str]) -> bool:
    """Whether a statement gives one of these names to something else."""
    if not isinstance(node, ast.Assign) or isinstance(node.value, ast.Name):
        return False
    return any(isinstance(target, ast.Name) and target.id in names for target in node.targets)


def _is_one(part: ast.expr, names: set[str]) -> bool:
    """Whether an expression is one of these names, or a part of it."""
    while isinstance(part, ast.Subscript):
        part = part.value
    return isinstance(part, ast.Name) and part.id in names


def _moves(statement: ast.Assign, names: set[str]) -> bool:
    """Whether a statement computes one of these names from itself, `w = w - lr * g`."""
    read = {each.id for each in ast.walk(statement.value) if isinstance(each, ast.Name)}
    return any(isinstance(each, ast.Name) and each.id in names & read for each in statement.targets)


def _taken(node: ast.AST, container: str) -> Iterator[tuple[str, int]]:
    """The names that a loop, or `w = self.params[i]`, gives to what it takes out of a container, and on which line."""
    pairs: list[tuple[ast.expr, ast.expr]] = []
    if isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs += zip(target.elts, node.value.elts, strict=False)
            else:
                pairs.append((target, node.value))
        pairs = [(one, each.value) for one, each in pairs if isinstance(each, ast.Subscript)]
    elif isinstance(node, ast.For):
        target, over = node.target, node.iter
        if isinstance(target, ast.Tuple) and len(target.elts) == 2 and (counted := _given_to("enumerate", over)):
            target, over = target.elts[1], counted[0]
        pairs = [(target, over)]
        if isinstance(target, ast.Tuple) and (zipped := _given_to("zip", over)):
            pairs = list(zip(target.elts, zipped, strict=False))
    yield from ((one.id, one.lineno) for one, each in pairs if isinstance(one, ast.Name) and _names(each, container))


def _given_to(function: str, node: ast.expr) -> list[ast.expr]:
    """What a call of a function is given; nothing of another node."""
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function
    return node.args if called and isinstance(node, ast.Call) else []


def _names(node: ast.expr, container: str) -> bool:
    """Whether an expression is `grads` or `self.params`."""
    return getattr(node, "attr", getattr(node, "id", "")) == container
