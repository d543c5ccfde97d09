"""Between notebooks and exercise files: which cell is part of which file, and which earns which points.

A solution cell starts with the line `# m1_cnn/conv.py: Conv2d`; its grade id is `m1_cnn-conv--Conv2d`. A score
cell's grade id is a check's id, or the beginning that several share, with dashes: `m1-conv`. Grade ids are what is
trusted when marks are given, first lines are what a learner's own notebook goes by.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from dlf_grader.report import Location, Report, Result

MARK = re.compile(r"# (?P<path>[\w/]+\.py): (?P<name>\w+)\s*$")
HIDDEN_IMPORT = "#: "  # before an import of another exercise: a notebook has it in another cell, a file imports it
MISSING = re.compile(r"(?P<path>\S+) is missing\. Restore it with: dlf-grade reset (?P=path)")  # the advice for a file


@dataclass(frozen=True)
class Cell:
    """A cell that is part of an exercise file.

    Attributes:
        path: the file, relative to the tree.
        name: what the cell is known by, the first thing that it defines.
    """

    path: str
    name: str
    source: str

    @property
    def grade_id(self) -> str:
        return f"{self.path.removesuffix('.py').replace('/', '-')}--{self.name}"


def by_grade_id(grade_id: str, source: str) -> Cell | None:
    """The cell of that grade id; None if the id names no file."""
    file, separator, name = grade_id.partition("--")
    folder, _, module = file.partition("-")
    return Cell(f"{folder}/{module}.py", name, source) if separator and folder and module and name else None


def by_first_line(source: str) -> Cell | None:
    """The cell that a learner ran, if its first line says which file it is part of."""
    found = MARK.match(source.lstrip().partition("\n")[0])
    return Cell(found["path"], found["name"], source) if found else None


def files_of(cells: Iterable[Cell]) -> dict[str, bytes]:
    """The exercise files that cells make up, in their order."""
    files: dict[str, list[str]] = {}
    for cell in cells:
        lines = (line.removeprefix(HIDDEN_IMPORT) for line in cell.source.splitlines())
        files.setdefault(cell.path, []).append("\n".join(lines) + "\n")
    return {path: "\n".join(parts).encode(errors="replace") for path, parts in files.items()}


def with_cell_locations(report: Report, cells: Iterable[Cell]) -> Report:
    """A report that names cells and their lines instead of lines of files, which a learner never sees."""
    cells = list(cells)

    def with_cells(result: Result) -> Result:
        message = MISSING.sub(r"there is no cell of \g<path>: one starts with the line `# \g<path>: …`", result.message)
        trace = tuple(replace(line, location=_in_cell(line.location, report.tree, cells)) for line in result.trace)
        location, excerpt = _in_cell(result.location, report.tree, cells), result.excerpt
        if excerpt is not None and location is not None:
            excerpt = replace(excerpt, location=location)
        return replace(result, message=message, location=location, trace=trace, excerpt=excerpt)

    return replace(report, results=tuple(with_cells(result) for result in report.results))


def _in_cell(location: Location | None, tree: str, cells: list[Cell]) -> Location | None:
    if location is None:
        return None
    line = location.line
    for cell in (cell for cell in cells if location.file == f"{tree}/{cell.path}"):
        length = len(cell.source.splitlines()) + 1  # cells are an empty line apart
        if line <= length:
            return replace(location, line=line, cell=cell.name)
        line -= length
    return location


def under(name: str, beginning: str) -> bool:
    """Whether a check is the one that is named, or one of those that share this beginning: m1.conv.forward, m1.conv."""
    return name == beginning or name.startswith(f"{beginning}.")


def section_of(grade_id: str) -> str:
    """The beginning of checks' ids that a score cell stands for."""
    return grade_id.replace("-", ".")


def score_id(section: str) -> str:
    """The grade id of the cell that scores these checks."""
    return section.replace(".", "-")


def metadata(
    grade_id: str, *, solution: bool, locked: bool, points: float | None, task: bool = False
) -> dict[str, Any]:
    """nbgrader's metadata of a cell; one with points is graded by a program, or as a task by a person."""
    marks = {"schema_version": 3, "grade_id": grade_id, "solution": solution, "locked": locked, "task": task}
    return marks | {"grade": points is not None and not task} | ({} if points is None else {"points": points})
