#!/bin/sh
# nbformat.validate changes the notebook that it looks at.
#
# Expected: a notebook in which two cells have one id is refused, or left as it is
# Seen: the second cell gets a new id, in place; the return value is None
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check nbformat==5.11.1
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import nbformat
from nbformat.v4 import new_code_cell, new_notebook

notebook = new_notebook(cells=[new_code_cell("a = 1", id="split"), new_code_cell("b = 2", id="split")])
returned = nbformat.validate(notebook)
ids = [cell.id for cell in notebook.cells]
print("nbformat", nbformat.__version__)
print("returned", returned, "  ids", ids)
assert returned is None
assert ids[0] == "split" != ids[1]
PYTHON
