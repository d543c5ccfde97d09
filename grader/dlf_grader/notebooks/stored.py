"""A notebook as it is stored: its cells, of any format that Jupyter or a converter writes."""

from __future__ import annotations

import json
from collections.abc import Mapping

from dlf_grader.failures import DlfError
from dlf_grader.notebooks.ipython import RawCell
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


def _grade_id(cell: Mapping[str, object]) -> object:
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return marks.get("grade_id", "") if isinstance(marks, dict) else ""
