"""A notebook saved as a program: by `jupyter nbconvert --to script`, by Colab's "Download .py", by jupytext."""

from __future__ import annotations

import re

MARKED = re.compile(r"# [\w/]+/\w+\.py: \w+\s*$")
BEGINS = re.compile(r"# (?:In ?\[[\d ]*\]:|%%)")


def is_script_of_notebook(data: bytes) -> bool:
    """Whether a program's lines say which exercises its cells are part of."""
    return any(MARKED.match(line) for line in data.decode(errors="replace").splitlines())


def cells_of_script(data: bytes) -> list[str]:
    """Its cells; one begins at each marker, and at each line that says which exercise it is part of."""
    cells: list[list[str]] = [[]]
    for line in data.decode("utf-8-sig", errors="replace").splitlines():
        if BEGINS.match(line):
            cells.append([])
        elif MARKED.match(line):
            cells.append([line])
        else:
            cells[-1].append(line)
    return ["\n".join(lines) for lines in cells if any(line.strip() for line in lines)]
