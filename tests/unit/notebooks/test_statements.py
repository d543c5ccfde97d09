"""What a statement of one cell gives to those of others."""

import ast

import pytest
from dlf_grader.notebooks.cells import files_of
from dlf_grader.notebooks.ipython import RawCell
from dlf_grader.notebooks.reading import cells_of
from dlf_grader.notebooks.statements import bound

PATH = "m0_mlp/layers.py"


@pytest.mark.parametrize(
    "statement",
    [
        "match (1, 2):\n    case (one, two):\n        pass",
        "match {'a': 2}:\n    case {**rest}:\n        two = rest['a']",
        "two = 0\nwhile two < 2:\n    two += 1",
        "print(two := 2)",
        "import operator\ntry:\n    operator.none\nexcept AttributeError:\n    from math import e as two\n    two = 2",
        "def set_up():\n    global two\n    two = 2\n\nset_up()",
        "one = 1\ntwo = 1\ntwo += one",
        "globals()['two'] = 2",
    ],
)
def test_whatever_statement_gives_a_name_its_value_comes_along(statement):
    cells = [RawCell(statement), RawCell(f"# {PATH}: ReLU\nclass ReLU:\n    y = two")]
    space = {}
    exec(files_of(cells_of(cells, {PATH: frozenset({"ReLU"})}))[PATH], space)
    assert space["ReLU"].y == 2


def test_a_count_that_a_method_adds_to_comes_along():
    method = "    def forward(self):\n        global calls\n        calls += 1\n        return calls"
    cells = [RawCell("calls = 1"), RawCell(f"# {PATH}: ReLU\nclass ReLU:\n{method}")]
    space = {}
    exec(files_of(cells_of(cells, {PATH: frozenset({"ReLU"})}))[PATH], space)
    assert space["ReLU"]().forward() == 2


@pytest.mark.parametrize(
    "loop",
    [
        "for cls in (object, ReLU):\n    if cls is ReLU:\n        cls.y = 3",
        "for cls, value in zip([ReLU], [3]):\n    cls.y = value",
        "for at, cls in enumerate([ReLU]):\n    setattr(cls, 'y', at + 3)",
    ],
)
def test_a_class_that_a_loop_goes_through_is_changed_as_in_a_kernel(loop):
    cells = [RawCell(f"# {PATH}: ReLU\nclass ReLU:\n    y = 2"), RawCell(loop)]
    space = {}
    exec(files_of(cells_of(cells, {PATH: frozenset({"ReLU"})}))[PATH], space)
    assert space["ReLU"].y == 3


@pytest.mark.parametrize("change", ["import helpers\nhelpers.scale = 2", "from helpers import table\ntable.append(2)"])
def test_what_is_changed_of_a_module_beside_the_notebook_comes_along(change):
    relu = f"# {PATH}: ReLU\nimport helpers\nclass ReLU:\n    y = helpers.scale, table"
    (text,) = files_of(cells_of([RawCell(change), RawCell(relu)], {PATH: frozenset({"ReLU"})})).values()
    assert change.rpartition("\n")[2] in text.decode()


def test_what_is_put_into_the_globals_is_bound():
    (node,) = ast.parse("globals().update({'a': 1}, b=2)").body
    assert bound(node) == ["a", "b"]
