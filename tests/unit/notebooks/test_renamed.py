"""A class that later cells give another value, or change under another name."""

import pytest
from dlf_grader.notebooks.cells import files_of
from dlf_grader.notebooks.ipython import RawCell
from dlf_grader.notebooks.reading import cells_of

A = "m0_mlp/layers.py"
NAMES = {A: frozenset({"Linear", "ReLU"})}
LINEAR = f"# {A}: Linear\nclass Linear:\n    w = 1"
RELU = f"# {A}: ReLU\nclass ReLU:\n    y = 2"


def relu(*cells):
    """What the file of these cells calls ReLU."""
    space = {}
    exec(files_of(cells_of([RawCell(cell) for cell in (LINEAR, *cells)], NAMES))[A].decode(), space)
    return space["ReLU"]


@pytest.mark.parametrize(
    "other",
    [
        "class Mine:\n    y = 4\nReLU = Mine",
        "def four(cls):\n    cls.y = 4\n    return cls\nReLU = four(ReLU)",
        "R = ReLU\nR.y = 4",
        "R = ReLU\nQ = R\nsetattr(Q, 'y', 4)",
    ],
)
def test_what_a_kernel_has_under_a_classs_name_counts_also_if_another_name_is_used_on_the_way(other):
    assert relu(RELU, other).y == 4
    assert relu(RELU, "x = ReLU\ny = ReLU()\ny.y = 4").y == 2


def test_a_name_given_to_a_class_of_another_name_counts_where_nothing_else_defines_it():
    assert relu("class Mine:\n    y = 4\nReLU = Mine").y == 4


def test_an_alias_that_has_moved_on_changes_what_it_stands_for_then():
    assert relu(RELU, "class Other: pass\nR = ReLU\nR = Other\nR.y = 4").y == 2
