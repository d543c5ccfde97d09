"""An exception of the learner's code, with the line that raised it read as syntax."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from dlf_grader.failures import LearnerError

Shape = tuple[int, ...]
_SHAPE = re.compile(r"\w+ \(([\d, ]*)\)")  # "float64 (2, 3)", as a worker tells a variable


@dataclass(frozen=True)
class Raised:
    """An exception, and what stands around it.

    Attributes:
        kind: "ValueError".
        text: its message.
        call: what the grader had asked for, "Linear.forward(float64 (2, 3))".
        line: of the innermost frame that the learner wrote; 0 where there is none.
        function: that frame's.
        values: what its variables held, in words: {"x": "float64 (2, 3)"}.
        source: its file, or the exercise's where there is no frame; None where that cannot be parsed.
    """

    kind: str
    text: str
    call: str
    line: int
    function: str
    values: Mapping[str, str]
    source: ast.Module | None

    @cached_property
    def expressions(self) -> list[ast.expr]:
        """The expressions on the line, outermost first."""
        nodes = ast.walk(self.source) if self.source is not None else ()
        found = [node for node in nodes if isinstance(node, ast.expr) and node.lineno <= self.line <= _end(node)]
        return [node for node in found if node.lineno == self.line or _end(node) == self.line]

    @cached_property
    def definitions(self) -> list[ast.FunctionDef]:
        """The functions around the line, innermost last."""
        nodes = ast.walk(self.source) if self.source is not None else ()
        return [n for n in nodes if isinstance(n, ast.FunctionDef) and n.lineno <= self.line <= _end(n)]

    @cached_property
    def classes(self) -> list[ast.ClassDef]:
        """The classes of the file."""
        nodes = ast.walk(self.source) if self.source is not None else ()
        return [node for node in nodes if isinstance(node, ast.ClassDef)]

    def shape(self, expression: ast.expr) -> Shape | None:
        """The shape of a variable or attribute, as the worker told it; words depend on it, and nothing else."""
        found = _SHAPE.fullmatch(self.values.get(ast.unparse(expression), ""))
        return None if found is None else tuple(int(n) for n in found[1].split(",") if n.strip())

    def calls(self, *names: str) -> Iterator[ast.Call]:
        """The calls on the line of functions so called: "math.exp", or "exp" of anything."""
        for node in self.expressions:
            if isinstance(node, ast.Call) and _called(node, names):
                yield node

    def operations(self, kind: type[ast.operator]) -> Iterator[ast.BinOp]:
        """The binary operations of a kind on the line."""
        for node in self.expressions:
            if isinstance(node, ast.BinOp) and isinstance(node.op, kind):
                yield node

    def assigned_attributes(self, name: str) -> set[str]:
        """The attributes that a class assigns on self, wherever in it."""
        body = (node for cls in self.classes if cls.name == name for node in ast.walk(cls))
        return {
            node.attr
            for node in body
            if isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and isinstance(node.value, ast.Name)
            and node.value.id == "self"
        }


def read_raised(error: LearnerError, sources: Mapping[str, str], exercise: str) -> Raised:
    """An exception with its line; `sources` are the texts of the tree's files by path."""
    frame = error.frames[-1] if error.frames else None
    file = exercise if frame is None else frame.file
    try:
        source = ast.parse(sources[file])
    except (KeyError, SyntaxError, ValueError):
        source = None
    line, function, values = (frame.line, frame.function, frame.values) if frame else (0, "", {})
    return Raised(error.kind, error.text, error.call, line, function, values, source)


def _end(node: ast.expr | ast.FunctionDef) -> int:
    return node.end_lineno or node.lineno


def _called(node: ast.Call, names: tuple[str, ...]) -> bool:
    text = ast.unparse(node.func)
    return text in names or text.rpartition(".")[2] in [name for name in names if "." not in name]
