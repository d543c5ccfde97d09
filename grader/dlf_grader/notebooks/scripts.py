"""A notebook saved as a program: by `jupyter nbconvert --to script`, by Colab's "Download .py", by jupytext."""

from __future__ import annotations

import ast
import re

MARKED = re.compile(r"# [\w/]+/\w+\.py: \w+\s*$")
BEGINS = re.compile(r"# (?:In ?\[[\d ]*\]:|%%)")


def is_script_of_notebook(data: bytes) -> bool:
    """Whether a program's lines say which exercises its cells are part of."""
    text = data.decode(errors="replace")
    return any(MARKED.match(line) for line in text.splitlines()) or any(map(_below_magic, text.splitlines()))


def cells_of_script(data: bytes) -> list[str]:
    """Its cells; one begins at each marker, and at each line that says which exercise it is part of."""
    cells: list[list[str]] = [[]]
    for line in data.decode("utf-8-sig", errors="replace").splitlines():
        if whole := _below_magic(line):
            cells += [[whole], []]
        elif BEGINS.match(line):
            cells.append([])
        elif MARKED.match(line):
            cells.append([line])
        else:
            cells[-1].append(line)
    return ["\n".join(lines) for lines in cells if any(line.strip() for line in lines)]


def _below_magic(line: str) -> str:
    """The cell that nbconvert made `get_ipython().run_cell_magic('time', '', '…')` of; "" for any other line."""
    found = re.fullmatch(r"get_ipython\(\)\.run_cell_magic(\(.*\))\s*", line)
    try:
        magic, options, source = ast.literal_eval(found[1]) if found else ("", "", "")
        return f"%%{magic} {options}\n{source}" if magic else ""
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return ""
