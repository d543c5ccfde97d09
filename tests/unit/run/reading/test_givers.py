import ast

import pytest
from dlf_grader.run.reading.givers import named, one_giver


def giver(body):
    function = ast.parse(f"def f(x):\n    {body}\n").body[0]
    found = one_giver(function, named("y"))
    return found and ast.unparse(found).partition("\n")[0]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("y = x; y = y + 1", "y = y + 1"),
        ("y = x * 2; y, n = np.where(x, y, 0), 1", "y, n = (np.where(x, y, 0), 1)"),
        ("y = x; y += 1", None),
        ("y = x\n    if x: y = y + 1", None),
        ("y = np.zeros(3); y[0] = 1; y[1] = 2", None),
    ],
)
def test_of_several_statements_the_last_is_meant_if_it_assigns_all_anew(body, code):
    assert giver(body) == code


def test_each_of_several_that_are_made_empty_at_once_is_empty():
    assert giver("y, n = np.zeros(3), 1\n    for i in x: y += i") == "y += i"
    assert giver("n, y = [], [x]\n    for i in x: y.append(i)") == "y.append(i)"


def test_what_a_loop_carries_gets_its_value_in_the_loop():
    assert giver("y = x\n    for t in x: y = y @ t") == "y = y @ t"
    assert giver("y = x * 2\n    for t in x: y = y @ t") is None  # either may be at fault


def test_what_goes_into_a_list_stays_as_it_is():
    assert giver("y = max(x); found.append(y)") == "y = max(x)"
