#!/bin/sh
# nbgrader gives no points for a test cell that passes and writes to standard error.
#
# Expected: a test cell without an exception has its points; a progress bar, a warning or a logged line costs nothing
# Seen: 0 of 2 points, as for an exception
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check nbgrader==0.9.6
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import nbgrader
from nbformat.v4 import new_code_cell, new_output
from nbgrader.utils import determine_grade

marks = {"grade": True, "solution": False, "locked": True, "points": 2, "grade_id": "test", "schema_version": 3}


def points(stream):
    outputs = [new_output("stream", name=stream, text="epoch 3 of 3\n")]
    return determine_grade(new_code_cell("assert learns()", metadata={"nbgrader": marks}, outputs=outputs))[0]


print("nbgrader", nbgrader.__version__)
print("points after a line on standard output:", points("stdout"), " on standard error:", points("stderr"))
assert points("stdout") == 2
assert points("stderr") == 0
PYTHON
