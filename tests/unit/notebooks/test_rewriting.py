"""What a cell's text becomes in a file, so that the file holds what a kernel would have."""

import pytest
from dlf_grader.notebooks.cells import files_of
from dlf_grader.notebooks.ipython import RawCell
from dlf_grader.notebooks.reading import cells_of
from dlf_grader.notebooks.rewriting import as_main, without_unused

PATH = "m0_mlp/layers.py"
RELU = f"# {PATH}: ReLU\nclass ReLU:\n    y = 2"


def ran(*cells):
    """What the file defines that cells make up: only our own lines below are run."""
    space = {"__name__": "m0_mlp.layers"}
    exec(files_of(cells_of([*map(RawCell, cells)], {PATH: frozenset({"ReLU"})}))[PATH], space)
    return space


@pytest.mark.parametrize("last", ["del ReLU", "del x, ReLU", "del (x, ReLU)", "x = 3\ndel x\ndel ReLU"])
def test_a_class_that_a_later_cell_deletes_is_gone_as_in_a_kernel(last):
    assert "ReLU" not in ran("x = 1", RELU, last)


@pytest.mark.parametrize(
    "cells",
    [
        (RELU, "del ReLU", "class ReLU:\n    y = 2"),
        ("class ReLU:\n    y = 1", "del ReLU", RELU),
        (RELU, "x = ReLU()\ndel x"),
        (RELU, "ReLU.z = 1\nx = 1\ndel x, ReLU.z"),
        ("import torch, math\nK = math.floor(2.5)\ndel torch", f"{RELU} + K - 2"),
    ],
)
def test_a_class_that_is_defined_below_or_not_deleted_at_all_stays(cells):
    assert ran(*cells)["ReLU"].y == 2


def test_a_method_that_is_deleted_is_gone_and_its_class_stays():
    found = ran(f"{RELU}\n    def forward(self): pass", "del ReLU.forward")["ReLU"]
    assert (found.y, hasattr(found, "forward")) == (2, False)


def test_a_helper_that_is_deleted_fails_where_it_is_called_as_in_a_kernel():
    relu = f"{RELU}\n    def forward(self):\n        return helper()"
    with pytest.raises(NameError):
        ran("def helper():\n    return 1", relu, "del helper")["ReLU"]().forward()


@pytest.mark.parametrize("test", ['__name__ == "__main__"', "'__main__' == __name__"])
def test_what_a_kernel_defines_as_main_comes_along_where_it_is_needed(test):
    guarded = f"if {test}:\n    def two():\n        return 2"
    assert ran(guarded, f"# {PATH}: ReLU\nclass ReLU:\n    y = two()")["ReLU"].y == 2


def test_trials_of_main_are_left_out_like_all_others():
    assert "print" not in str(files_of(cells_of([RawCell(f"{RELU}\nif __name__ == '__main__':\n    print(1)")], {})))


def test_lines_keep_their_numbers():
    assert as_main("x = 1\nif (\n    __name__ == '__main__'\n):\n    y = 2") == "x = 1\nif (\n    True\n):\n    y = 2"
    assert without_unused("import (\n", {"x"}, set()) == "import (\n"
    assert without_unused("del (\n    x,\n    y)\nz = 1", set(), {"x"}) == "del x\n\n\nz = 1"
    assert without_unused("del x, \\\n    y\nz = 1", set(), {"x"}) == "del x\n\nz = 1"
