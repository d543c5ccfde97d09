#!/bin/sh
# Of a solution cell that a student has split in two, nbgrader keeps the second half, and forgets that the first was one.
#
# Expected: the first half, which has the beginning of the answer, stays the solution cell, or both do
# Seen: Jupyter gives both halves the cell's metadata; of equal ids the last is kept, and the first half's metadata is emptied,
#       so that points by hand and comments belong to the second half alone
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check nbgrader==0.9.6
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import logging

import nbgrader
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.preprocessors import DeduplicateIds

marks = {"grade": True, "solution": True, "locked": False, "points": 2, "grade_id": "relu", "schema_version": 3}
halves = [new_code_cell(half, metadata={"nbgrader": dict(marks)}) for half in ("def relu(x):", "    return x * (x > 0)")]
logging.disable(logging.WARNING)
notebook, _ = DeduplicateIds().preprocess(new_notebook(cells=halves), {})
kept = [cell.metadata.nbgrader.get("grade_id") for cell in notebook.cells]
print("nbgrader", nbgrader.__version__, "  grade ids of the halves:", kept)
assert kept == [None, "relu"]
PYTHON
