"""What a statement of one cell gives to those of others."""

import pytest
from dlf_grader.notebooks.cells import files_of
from dlf_grader.notebooks.ipython import RawCell
from dlf_grader.notebooks.reading import cells_of

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
