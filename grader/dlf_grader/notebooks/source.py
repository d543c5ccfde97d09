"""`dlf-grade dev notebooks`: nbgrader's source notebooks, from a lesson and the solutions.

A lesson is Markdown, `solutions/notebooks/m1_cnn/01_cnn_from_scratch.md`. Its fenced Python becomes code cells, the
rest text cells, and three comments stand for what is written elsewhere:

    <!-- solution m1_cnn/conv.py Conv2d -->       a solution cell with these definitions of solutions/m1_cnn/conv.py
    <!-- given m4_optimisers/parameters.py -->    a locked cell with the whole file
    <!-- score m1.conv -->                        a locked cell, worth the points of all checks m1.conv.*
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dlf_grader.failures import UsageError
from dlf_grader.model import Check
from dlf_grader.notebooks.cells import HIDDEN_IMPORT, Cell, metadata, score_id, under
from dlf_grader.run.reports import replace_file

DIRECTIVE = re.compile(r"<!-- (?P<what>solution|given|score) (?P<words>.+?) -->\s*$")
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


@dataclass
class Lesson:
    """A lesson being made into cells.

    Attributes:
        where: its path, for messages.
        solutions: the folder of the solutions.
        checks: the milestone's.
        shown: definitions of each file that are in a cell by now.
    """

    where: str
    solutions: Path
    checks: Sequence[Check]
    shown: dict[str, list[str]] = field(default_factory=dict)
    scored: list[str] = field(default_factory=list)

    def cells(self, text: str) -> list[dict[str, Any]]:
        """All cells of the notebook.

        Raises:
            UsageError: the lesson names what is not there, or leaves something out.
        """
        made = [self._cell(what, body) for what, body in blocks(text)]
        self._nothing_left_out()
        return made

    def _cell(self, what: str, body: str) -> dict[str, Any]:
        if what in ("markdown", "code"):
            return cell(what, body)
        words = body.split()
        if what == "score":
            return self._score(words[0])
        if what == "given":
            text = (self.solutions / words[0]).read_text(encoding="utf-8").strip()
            self.shown.setdefault(words[0], []).extend(name for name, _ in definitions(text) if name)
            part = Cell(words[0], "given", f"# {words[0]}: given\n{text}")
            return cell("code", part.source, part.grade_id, locked=True)
        return self._solution(words[0], words[1:])

    def _solution(self, path: str, names: list[str]) -> dict[str, Any]:
        try:
            text = (self.solutions / path).read_text(encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{self.where}: solutions/{path}: {error.strerror}") from None
        found = definitions(text)
        known = dict(found)
        for name in names:
            if name not in known:
                raise UsageError(f"{self.where}: solutions/{path} defines no {name}")
        first = path not in self.shown
        self.shown.setdefault(path, []).extend(names)
        header = [part for name, part in found if not name] if first else []
        main = next((name for name in names if known[name].startswith("class ")), names[-1])
        between = "\n\n" if any(known[name].startswith(("class ", "def ")) for name in names) else "\n"
        body = f"\n{between}".join([*["\n".join(header)] * bool(header), *(known[name] for name in names)])
        part = Cell(path, main, f"# {path}: {main}\n{body}")
        return cell("code", part.source, part.grade_id, solution=True)

    def _score(self, section: str) -> dict[str, Any]:
        worth = [check.points for check in self.checks if under(check.id, section)]
        if not worth:
            raise UsageError(f"{self.where}: no check is called {section}")
        self.scored.append(section)
        return cell("code", f"%dlf {section}", score_id(section), points=sum(worth), locked=True)

    def _nothing_left_out(self) -> None:
        for path, shown in self.shown.items():
            text = (self.solutions / path).read_text(encoding="utf-8")
            for name, _ in definitions(text):
                if name and shown.count(name) != 1:
                    raise UsageError(f"{self.where}: {name} of {path} is in {shown.count(name)} cells, expected 1")
        for check in self.checks:
            cells = sum(under(check.id, section) for section in self.scored)
            if cells != 1 and (check.points or cells):
                raise UsageError(f"{self.where}: {check.id} is scored by {cells} cells, expected 1")
            if check.points and check.exercise not in self.shown:
                raise UsageError(f"{self.where}: {check.exercise} has no solution cell")


def blocks(text: str) -> Iterator[tuple[str, str]]:
    """What a lesson consists of: ("markdown" or "code" or a directive, its text)."""
    prose: list[str] = []
    code: list[str] | None = None

    def pending() -> Iterator[tuple[str, str]]:
        if body := "\n".join(prose).strip():
            yield "markdown", body
        prose.clear()

    for line in text.splitlines():
        if code is not None:
            if line.rstrip() == "```":
                yield "code", "\n".join(code)
                code = None
            else:
                code.append(line)
        elif line.rstrip() == "```python":
            yield from pending()
            code = []
        elif found := DIRECTIVE.match(line):
            yield from pending()
            yield found["what"], found["words"]
        else:
            if line.startswith("## "):
                yield from pending()
            prose.append(line)
    yield from pending()


def definitions(text: str) -> list[tuple[str, str]]:
    """A file's top-level statements with the comments above them: (name, source), "" for imports.

    The file's docstring is left out, and imports of other exercises are hidden: in a notebook these are other cells.
    """
    lines = text.splitlines()
    found, end = [], 0
    for at, node in enumerate(ast.parse(text).body):
        start, end = end, node.end_lineno or end
        while end < len(lines) and re.match(r"\s+#", lines[end]):
            end += 1  # a mark at the end of a body: Python's syntax has no place for it
        source = "\n".join(lines[start:end])
        if at == 0 and isinstance(node, ast.Expr):
            continue
        if isinstance(node, ast.ImportFrom) and re.match(r"m\d_\w+\.", node.module or ""):
            source = HIDDEN_IMPORT + ast.unparse(node)
        found.append((_name(node), source.strip("\n")))
    return found


def _name(node: ast.stmt) -> str:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return node.name
    target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
    return target.id if isinstance(target, ast.Name) else ""


def cell(
    kind: str,
    source: str,
    grade_id: str = "",
    *,
    solution: bool = False,
    locked: bool = False,
    points: float | None = None,
) -> dict[str, Any]:
    """A notebook's cell, with nbgrader's metadata where it has a grade id."""
    marks = metadata(grade_id, solution=solution, locked=locked, points=points)
    made: dict[str, Any] = {
        "cell_type": kind,
        "id": hashlib.sha256((grade_id or source).encode()).hexdigest()[:12],
        "metadata": {"nbgrader": marks} if grade_id else {},
        "source": source.splitlines(keepends=True),
    }
    return made | ({"execution_count": None, "outputs": []} if kind == "code" else {})


def notebook(lesson: Path, root: Path, checks: Sequence[Check]) -> dict[str, Any]:
    """The notebook that a lesson gives, not run."""
    made = Lesson(lesson.relative_to(root).as_posix(), root / "solutions", checks)
    return {
        "cells": made.cells(lesson.read_text(encoding="utf-8")),
        "metadata": {"kernelspec": KERNEL, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def without_outputs(made: dict[str, Any]) -> dict[str, Any]:
    """What a notebook says, whatever came of running it."""
    cells = [
        entry | ({"outputs": [], "execution_count": None} if "outputs" in entry else {}) for entry in made["cells"]
    ]
    return made | {"cells": cells}


def lessons(root: Path) -> list[Path]:
    """Every lesson there is."""
    return sorted((root / "solutions" / "notebooks").glob("*/*.md"))


def out_of_date(lesson: Path, made: dict[str, Any], *, run: bool = False) -> bool:
    """Whether the notebook beside a lesson says anything else than it should, or was not `run` where it should be."""
    try:
        there = json.loads(lesson.with_suffix(".ipynb").read_text(encoding="utf-8"))
        missing = run and any(cell.get("execution_count", 1) is None for cell in there["cells"])
        return bool(missing or without_outputs(there) != made)
    except (OSError, ValueError, KeyError, TypeError):
        return True


def write(lesson: Path, made: dict[str, Any]) -> None:
    """Write the notebook beside its lesson."""
    replace_file(lesson.with_suffix(".ipynb"), json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def run(made: dict[str, Any], folder: Path, done: Callable[[], None] = lambda: None) -> dict[str, Any]:
    """A notebook with the outputs of running it top to bottom.

    Args:
        folder: where its kernel is at home.
        done: called after each cell of code.

    Raises:
        UsageError: Jupyter is not installed, or a cell fails.
    """
    try:
        import nbformat
        from nbclient import NotebookClient
        from nbclient.exceptions import CellExecutionError
    except ImportError:
        raise UsageError("running notebooks needs Jupyter: pip install 'dl-foundations[nbgrader]'") from None
    book = nbformat.reads(json.dumps(made), as_version=4)
    nbformat.validate(book)
    client = NotebookClient(
        book,
        timeout=600,
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
        extra_arguments=["--IPKernelApp.log_level=ERROR"],  # its warning about TCP is not the author's concern
        on_cell_complete=lambda **_: done(),
    )
    try:
        client.execute()
    except CellExecutionError as error:
        raise UsageError(f"a cell fails: {error}") from None
    book["metadata"] = made["metadata"]
    ready: dict[str, Any] = json.loads(nbformat.writes(book))
    return ready
