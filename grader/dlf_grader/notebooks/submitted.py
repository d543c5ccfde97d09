"""What was handed in, read: `nbgrader autograde` meets files that are no notebooks, and goes on.

nbgrader's own reader ends in a traceback, and leaves the submission without marks.
"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any, TextIO

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat.v4 import new_markdown_cell, new_notebook

STUB = "raise NotImplementedError"
KINDS = ("code", "markdown", "raw")


class AnyNotebook(NotebookExporter):  # type: ignore[misc]
    """Puts an empty notebook that says why in the place of one that cannot be read: it earns nothing."""

    def from_file(self, file_stream: TextIO, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        try:
            book = notebook_of(file_stream)
            if is_untouched(book) and (copy := worked_on_beside(Path(file_stream.name))) is not None:
                self.log.warning("%s is as it was handed out: %s counts", file_stream.name, copy[0].name)
                book = copy[1]
        except ValueError as error:
            self.log.error("%s is not a notebook: %s; it earns nothing, the others are graded", file_stream.name, error)
            said = f"Your file could not be read as a notebook: {error}. Save it in Jupyter and hand it in again."
            book = new_notebook(cells=[new_markdown_cell(said)])
        made: tuple[Any, Any] = self.from_notebook_node(book, resources=resources, **kw)
        return made


def is_untouched(book: Any) -> bool:
    """Whether no cell of a learner's was written in."""
    marks = [(cell["metadata"].get("nbgrader", {}), cell["source"]) for cell in book["cells"]]
    mine = [
        source for mark, source in marks if isinstance(mark, dict) and mark.get("solution") and not mark.get("locked")
    ]
    return bool(mine) and all(STUB in source for source in mine)


def worked_on_beside(path: Path) -> tuple[Path, Any] | None:
    """The one copy of a notebook in its folder, "NAME (1)" or "Copy of NAME", in which somebody worked."""
    found = []
    for other in sorted(path.parent.glob("*.ipynb")):
        if other != path and path.stem in other.stem:
            with contextlib.suppress(ValueError, OSError), other.open(encoding="utf-8") as file:
                book = notebook_of(file)
                found += [] if is_untouched(book) else [(other, book)]
    return found[0] if len(found) == 1 else None


def notebook_of(file: TextIO) -> Any:
    """The notebook in a file, as far as graders look at it.

    Raises:
        ValueError: it is none; the message is a part of one line.
    """
    try:
        text = file.read().removeprefix("\ufeff")  # Windows programs put this mark before UTF-8
    except UnicodeDecodeError:
        raise ValueError("expected text in UTF-8") from None
    if not text.strip():
        raise ValueError("the file is empty")
    try:
        book = nbformat.reads(_completed(text), as_version=4)
    except (nbformat.reader.NotJSONError, json.JSONDecodeError):
        raise ValueError("expected JSON") from None
    except (nbformat.ValidationError, ValueError, KeyError, AttributeError, TypeError, RecursionError):
        book = None
    cells = book.get("cells") if isinstance(book, dict) else None
    if not isinstance(cells, list) or not isinstance(book.get("metadata"), dict) or not all(map(_sound, cells)):
        raise ValueError("expected metadata and a list of cells, each with its type, metadata and source")
    return book


def _completed(text: str) -> str:
    """A notebook's JSON with what tools drop from cells, and half of a surrogate pair as a question mark."""
    book = json.loads(text)
    cells = book.get("cells") if isinstance(book, dict) else None
    for cell in cells if isinstance(cells, list) else ():
        if isinstance(cell, dict) and "cell_type" in cell:
            empty: dict[str, Any] = {"metadata": {}, "source": ""}
            if cell["cell_type"] == "code":
                empty |= {"outputs": [], "execution_count": None}
            cell.update({key: value for key, value in empty.items() if cell.get(key) is None})
    return json.dumps(book, ensure_ascii=False).encode(errors="replace").decode()


def _sound(cell: Any) -> bool:
    return (
        isinstance(cell, dict)
        and cell.get("cell_type") in KINDS
        and isinstance(cell.get("metadata"), dict)
        and isinstance(cell.get("source"), str)
    )
