#!/bin/sh
# A cell with a comment that begins with %% is two cells after a way through jupytext's percent format.
#
# Expected: a notebook that is written as py:percent and read again has the cells it had, or the writing is refused
# Seen: the comment is taken for a cell's border and is gone from the code; in py:light the cell stays whole
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check jupytext==1.19.6
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import jupytext
from nbformat.v4 import new_code_cell, new_notebook

notebook = new_notebook(cells=[new_code_cell("x = 1\n# %% backward\ny = 2")])
print("jupytext", jupytext.__version__)
cells = {}
for form in ("py:percent", "py:light"):
    read = jupytext.reads(jupytext.writes(notebook, form), form)
    cells[form] = [cell.source for cell in read.cells]
    print(form, cells[form])
assert cells == {"py:percent": ["x = 1", "y = 2"], "py:light": ["x = 1\n# %% backward\ny = 2"]}
PYTHON
