#!/bin/sh
# A test cell that ends in a negative number, or in nan, gets full points from nbgrader; one that ends in 0 gets none.
#
# Expected: the value of a test cell's last line is its points; what lies below 0, or is no number, is refused or 0, as more
#           than the cell is worth is refused
# Seen: with 0.5 the cell has 0.5 points, with 0.0 none, with -1.0 and nan all
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check nbgrader==0.9.6
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import logging

import nbgrader
from nbformat.v4 import new_code_cell, new_output
from nbgrader.utils import determine_grade

marks = {"grade": True, "solution": False, "locked": True, "points": 2, "grade_id": "test", "schema_version": 3}


def points(value):
    outputs = [new_output("execute_result", data={"text/plain": value})]
    log = logging.getLogger("quiet")
    log.disabled = True
    return determine_grade(new_code_cell("score", metadata={"nbgrader": marks}, outputs=outputs), log)[0]


seen = {value: points(value) for value in ("0.5", "0.0", "-1.0", "nan")}
print("nbgrader", nbgrader.__version__, "  points of 2, by the value shown:", seen)
assert seen == {"0.5": 0.5, "0.0": 0.0, "-1.0": 2.0, "nan": 2.0}
PYTHON
