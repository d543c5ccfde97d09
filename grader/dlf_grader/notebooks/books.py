"""A notebook's file: its cells, and the exercise files that these make up and write."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from dlf_grader.failures import DlfError
from dlf_grader.notebooks.beside import Find, modules_beside, seen_from, with_runs, written_by
from dlf_grader.notebooks.cells import files_of
from dlf_grader.notebooks.ipython import RawCell
from dlf_grader.notebooks.reading import cells_of, names_in
from dlf_grader.notebooks.scripts import cells_of_script


class NoNotebook(DlfError):
    """A file that is not a notebook."""


def raw_cells(name: str, data: bytes) -> list[RawCell]:
    """The cells of a notebook's file.

    Raises:
        NoNotebook: it is none.
    """
    if name.lower().endswith(".py"):
        return [RawCell(source) for source in cells_of_script(data)]
    try:
        book = json.loads(data)
        sheets = [book] if "cells" in book else book["worksheets"]  # as before nbformat 4
        cells = [cell for sheet in sheets for cell in sheet["cells"]]
        return [
            RawCell("".join(cell.get("source") or cell.get("input") or ""), str(_grade_id(cell)), cell["cell_type"])
            for cell in cells
        ]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        said = " ".join(str(error).split())[:100]
        raise NoNotebook(f"{name} is not a notebook: {said or type(error).__name__}") from None


class Made(NamedTuple):
    """The exercise files that a notebook makes up and writes, and the modules beside it that these import, by path."""

    files: list[tuple[str, bytes]]
    beside: dict[str, bytes]


def made_of_notebook(name: str, data: bytes, handed_out: Mapping[str, str], find: Find) -> Made:
    """What a notebook's cells make up, and those that they write.

    Args:
        handed_out: exercises as learners got them, by path: their definitions tell which names belong to a file.
        find: gives a file of the notebook's folder.

    Raises:
        NoNotebook: it is none.
    """
    cells = raw_cells(name, data)
    written, seen = written_by(cells), seen_from(cells, find)
    made = files_of(cells_of(with_runs(cells, seen), {path: names_in(text) for path, text in handed_out.items()}))
    files = [*written.items(), *(pair for pair in made.items() if pair[0] not in written)]
    return Made(files, modules_beside(made, seen))


def files_of_notebook(name: str, data: bytes, handed_out: Mapping[str, str]) -> list[tuple[str, bytes]]:
    """The exercise files that a notebook makes up by itself.

    Raises:
        NoNotebook: it is none.
    """
    return made_of_notebook(name, data, handed_out, lambda _: None).files


def notebooks_of(*roots: Path) -> list[Path]:
    """The notebooks of courses, as they are handed out."""
    return [path for root in roots for path in sorted((root / "exercises" / "notebooks").rglob("*.ipynb"))]


def released(*roots: Path) -> list[dict[str, bytes]]:
    """The exercise files that each notebook of some courses makes up, as it was handed out."""
    found = []
    for path in notebooks_of(*roots):
        with contextlib.suppress(NoNotebook, OSError):
            found.append(dict(files_of_notebook(path.name, path.read_bytes(), {})))
    return found


def _grade_id(cell: Mapping[str, object]) -> object:
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return marks.get("grade_id", "") if isinstance(marks, dict) else ""
