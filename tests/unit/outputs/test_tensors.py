import numpy as np
from dlf_grader.instruments.compare import nearby, small_list
from dlf_grader.outputs.tensors import tensor
from dlf_grader.report import Counterexample


def case(name, yours, expected, index):
    first = float(yours[index]), float(expected[index])
    whole = small_list(yours), small_list(expected)
    return Counterexample("c", 1, name, index, *first, *whole, nearby=nearby(yours, expected, index))


def texts(grid):
    return [[cell.text for cell in cells] for _, cells in grid.rows]


def wrong(grid):
    return [
        (row, column)
        for row, cells in grid.rows
        for column, cell in zip(grid.columns, cells, strict=True)
        if cell.wrong
    ]


def test_a_small_tensor_is_shown_at_its_first_wrong_element():
    expected = np.arange(8.0).reshape(2, 2, 2)
    yours = expected.copy()
    yours[1, 0, 1] = -1.5
    shown = tensor(case("y", yours, expected, (1, 0, 1)))
    assert shown.caption == "y[1, :, :] of shape (2, 2, 2): 1 of these 4 numbers differ"
    assert [grid.title for grid in shown.grids] == ["yours", "expected"]
    assert texts(shown.grids[0]) == [["4", "−1.5"], ["6", "7"]]
    assert texts(shown.grids[1]) == [["4", "5"], ["6", "7"]]
    assert [wrong(grid) for grid in shown.grids] == [[(0, 1)], []]
    assert not shown.shaded


def test_of_a_large_tensor_twelve_rows_and_columns_around_it_are_shown():
    expected = np.zeros((3, 40, 30))
    yours = expected.copy()
    yours[2, 20, 29] = yours[2, 25, 18] = 1.0
    found = nearby(yours, expected, (2, 20, 29))
    assert (len(found.yours), len(found.yours[0]), found.start) == (12, 12, (2, 14, 18))
    shown = tensor(case("y", yours, expected, (2, 20, 29)))
    assert wrong(shown.grids[0]) == [(20, 29), (25, 18)]
    assert shown.caption == "y[2, 14:26, 18:30] of shape (3, 40, 30): 2 of these 144 numbers differ"


def test_a_row_of_numbers_is_one_row():
    expected = np.zeros(100)
    yours = expected.copy()
    yours[3] = 1.0
    shown = tensor(case("y", yours, expected, (3,)))
    assert shown.caption == "y[0:12] of shape (100,): 1 of these 12 numbers differ"
    assert [row for row, _ in shown.grids[0].rows] == [0]


def test_a_gradient_is_a_map_with_its_difference():
    expected, yours = np.array([[2.0, -4.0]]), np.array([[2.0 + 1e-15, 1.0]])
    shown = tensor(case("dL_dx", yours, expected, (0, 1)), "finite differences")
    assert [grid.title for grid in shown.grids] == ["yours", "finite differences", "difference"]
    assert [cell.shade for cell in shown.grids[1].rows[0][1]] == [50, -100]
    assert texts(shown.grids[2]) == [["0", "5"]]  # rounding is no difference


def test_digits_are_added_until_a_wrong_number_looks_wrong():
    expected = np.array([1.0, 2.0])
    shown = tensor(case("y", expected + np.array([0, 1e-6]), expected, (1,)))
    assert texts(shown.grids[0]) == [["1", "2.000001"]]
    assert texts(shown.grids[1]) == [["1", "2"]]


def test_nan_and_infinity_are_words_and_have_no_shade():
    expected, yours = np.ones((1, 3)), np.array([[np.nan, -np.inf, 1.0]])
    for name in ("y", "dL_dx"):
        shown = tensor(case(name, yours, expected, (0, 0)))
        assert texts(shown.grids[0]) == [["nan", "-inf", "1"]]
        assert wrong(shown.grids[0]) == [(0, 0), (0, 1)]
    large = np.full((20, 20), np.nan)
    difference = tensor(case("dL_dx", large, np.ones((20, 20)), (0, 0))).grids[2]
    assert {text for row in texts(difference) for text in row} == {"nan"}


def test_there_is_no_table_of_one_number_or_of_different_shapes():
    one = np.ones((1, 1))
    assert tensor(case("y", one, one + 1, (0, 0))) is None
    assert tensor(Counterexample("c", 1, "y", (), "(1,)", "(2,)", [1.0], [1.0, 2.0])) is None
    assert tensor(Counterexample("c", 1, "y", (0, 0), 1.0, 2.0, [1.0, 2.0], [1.0, 3.0])) is None
    assert tensor(Counterexample("c", 1, "y", (0, 0), 1.0, 2.0, [[1.0], [2.0, 3.0]], ["a", None])) is None
    assert tensor(Counterexample("c", 1)) is None
    assert nearby("text", np.ones(100), (0,)) is None
    assert nearby(np.ones(99), np.ones(100), (0,)) is None
