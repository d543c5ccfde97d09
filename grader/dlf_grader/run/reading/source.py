"""A file of a learner's tree: its text as Python reads it, and what stands on which line."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeAlias

from dlf_grader.sandbox.words import one_line, spelt_alike

LONGEST_LINE = 100  # characters of one that are shown
Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """A file of a tree as it was read once.

    Attributes:
        path: relative to the tree.
        data: its bytes; empty where it could not be read.
        problem: why it cannot be graded, and on which line; "" if it can.
    """

    path: str
    data: bytes
    problem: str = ""
    line: int = 1

    @cached_property
    def sha256(self) -> str:
        import hashlib  # what only lists checks makes no key

        return hashlib.sha256(self.data).hexdigest()

    @cached_property
    def encoding(self) -> str:
        """The encoding that the file names in its first two lines, else UTF-8."""
        try:
            return tokenize.detect_encoding(io.BytesIO(self.data).readline)[0]
        except SyntaxError:  # it names none that there is, or is not in it: parsing says more
            return "utf-8"

    @cached_property
    def text(self) -> str:
        """Decoded as the file says itself, every line ended by \\n; what is not in that encoding is replaced."""
        text = self.data.decode(self.encoding, errors="replace")
        return text.replace("\r\n", "\n").replace("\r", "\n")

    @cached_property
    def lines(self) -> list[str]:
        """As Python counts them: a form feed, say, ends none."""
        return self.text.split("\n")

    @cached_property
    def syntax(self) -> ast.Module:
        return parsed(self.data)

    @cached_property
    def statements(self) -> tuple[ast.stmt, ...]:
        """Every statement, wherever it stands: a tenth of all nodes."""
        return _statements(self.data)

    def text_of(self, line: int) -> str:
        """A line, or all of a plain statement that starts there, as one line of bounded length; "" if there is none."""
        last = line if self.problem else self._end_of_statement(line)
        return one_line(" ".join(self.lines[line - 1 : last]), LONGEST_LINE) if 0 < line <= len(self.lines) else ""

    def _end_of_statement(self, line: int) -> int:
        starting = (node for node in self.statements if node.lineno == line)
        return next((node.end_lineno or line for node in starting if not hasattr(node, "body")), line)

    def line_of(self, target: str) -> int:
        """The line on which a function stands, "Conv2d.forward"; its class's, or 1, where it does not."""
        if self.problem:
            return self.line
        found = self.definition(target)
        return found.lineno if found else 1

    def has(self, target: str) -> bool:
        """Whether a function stands here under this name, "Conv2d.forward"."""
        found = self.definition(target)
        return found is not None and found.name == target.rpartition(".")[2]

    def line_of_spelt(self, name: str) -> int:
        """The line of a class or function whose name is this one but for capitals and underscores; 0 for none."""
        found = (node for node in self.syntax.body if isinstance(node, _DEFINITIONS) and node.name != name)
        return next((node.lineno for node in found if spelt_alike(node.name, name)), 0)

    def line_of_method(self, names: Collection[str]) -> int:
        """The line of the first method of one of these names, in whichever class; 1 where there is none."""
        classes = (node for node in self.syntax.body if isinstance(node, ast.ClassDef))
        methods = (each for cls in classes for each in cls.body if isinstance(each, ast.FunctionDef))
        return next((each.lineno for each in methods if each.name in names), 1)

    def definition(self, target: str) -> ast.ClassDef | ast.FunctionDef | None:
        """A function, "Conv2d.forward"; its class where it does not stand there, None where neither does."""
        return next(iter(self._definitions(target)), [None])[-1]

    def function(self, target: str) -> Function | None:
        """A function, not its class in its place."""
        found = self.definition(target) if not self.problem and self.has(target) else None
        return found if isinstance(found, Function) else None

    def defined_twice(self, target: str) -> str:
        """That a function or its class is defined more than once, in words; "" where it is not."""
        for found in [] if self.problem else self._definitions(target):
            if len(found) > 1:
                lines = " and ".join(str(definition.lineno) for definition in found)
                return f"{found[0].name} is defined on lines {lines}. Python uses the last."
        return ""

    def _definitions(self, target: str) -> list[list[ast.ClassDef | ast.FunctionDef]]:
        """Every definition of a function, then of its class; of each the one that Python uses is the last."""
        levels: list[list[ast.ClassDef | ast.FunctionDef]] = []
        body = self.syntax.body
        for name in target.split("."):
            found = [node for node in body if isinstance(node, _DEFINITIONS) and node.name == name]
            if not found:
                break
            levels.insert(0, found)
            body = found[-1].body
        return levels

    def function_at(self, line: int) -> str:
        """The innermost function or class that a line belongs to, "Conv2d.forward"; "" where there is none."""
        names, body = list[str](), self.syntax.body
        while found := next(
            (node for node in body if isinstance(node, _DEFINITIONS) and node.lineno <= line <= (node.end_lineno or 0)),
            None,
        ):
            names.append(found.name)
            body = found.body
        return ".".join(names)

    def still_a_stub(self) -> int:
        """The line of the first NotImplementedError, if every class here still starts with one; else 0.

        So that a file nobody has touched is known as such without importing PyTorch for it.
        """
        stubs = [_stub_line(node) for node in self.syntax.body if isinstance(node, ast.ClassDef)]
        return stubs[0] if stubs and all(stubs) else 0

    def raises_at(self, line: int) -> bool:
        """Whether a `raise` statement, with an exception of its own, stands on a line."""
        return not self.problem and any(
            isinstance(node, ast.Raise) and node.exc is not None and node.lineno <= line <= (node.end_lineno or 0)
            for node in self.statements
        )

    @cached_property
    def imports(self) -> tuple[tuple[str, int], ...]:
        """Every module that an import statement names, with its line, wherever it stands in the file."""
        found: list[tuple[str, int]] = []
        for node in self.statements:
            if isinstance(node, ast.Import):
                found += [(alias.name, node.lineno) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                package = self.path.split("/")[: -node.level] if node.level else []
                module = ".".join([*package, node.module] if node.module else package)
                names = [module, *(f"{module}.{alias.name}" for alias in node.names)]
                found += [(name, node.lineno) for name in names]
        return tuple(found)


_DEFINITIONS = (ast.ClassDef, ast.FunctionDef)


def first_line(definition: ast.stmt) -> int:
    """The line on which a statement starts; of a function or class its first decorator's."""
    lines: list[int] = [definition.lineno, *(each.lineno for each in getattr(definition, "decorator_list", []))]
    return min(lines)


@lru_cache(maxsize=64)
def parsed(data: bytes) -> ast.Module:
    """The syntax of a file's bytes."""
    return ast.parse(data)  # a file is read more than once in a run


@lru_cache(maxsize=64)
def _statements(data: bytes) -> tuple[ast.stmt, ...]:
    found: list[ast.stmt] = []
    waiting: list[ast.AST] = [parsed(data)]
    while waiting:
        node = waiting.pop()
        for part in ("body", "orelse", "finalbody", "handlers", "cases"):
            below = getattr(node, part, ())
            waiting += below if isinstance(below, list) else ()
        if isinstance(node, ast.stmt):
            found.append(node)
    return tuple(sorted(found, key=lambda node: (node.lineno, node.col_offset)))


def _stub_line(definition: ast.ClassDef) -> int:
    """The line where a class's constructor raises NotImplementedError, or 0."""
    for method in definition.body:
        if isinstance(method, ast.FunctionDef) and method.name == "__init__":
            last = method.body[-1]
            if isinstance(last, ast.Raise) and "NotImplementedError" in ast.dump(last):
                return last.lineno
    return 0
