"""The exercise files that a notebook makes up and writes."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from dlf_grader.notebooks.beside import Find, modules_beside, seen_from, with_runs, written_by
from dlf_grader.notebooks.cells import files_of
from dlf_grader.notebooks.reading import cells_of, names_in
from dlf_grader.notebooks.stored import NoNotebook, raw_cells


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
