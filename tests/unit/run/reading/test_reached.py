import ast

import pytest
from dlf_grader.run.reading.reached import SOMETHING, UNKNOWN, Known, given_in, return_reached

CODE = """\
layer = Block(d_model=3, norm_first=True, mask=np.array([[1]]))
print(other(mask=None, size=2))
"""


def reached(body, **given):
    function = ast.parse(f"def f(self, x, mask=None, *, score='dot'):\n{body}").body[0]
    found = return_reached(function, Known(given))
    return found and ast.unparse(found.value)


def test_what_a_case_hands_over_by_keyword_is_known_unless_it_does_so_in_two_ways():
    given = given_in(CODE)
    assert (given["norm_first"], given["size"], given["mask"]) == (True, 2, UNKNOWN)
    assert given_in("f(mask=np.array([1]))") == {"mask": SOMETHING}
    assert given_in("not Python (") == {}


GUARDED = "    if mask is None:\n        return a\n    return b\n"
BRANCHES = "    if self.norm_first:\n        y = 1\n        return a\n    else:\n        return b\n"
SCORES = """\
    if score == 'dot':
        return a
    if score == 'sum' and mask is not None:
        return b
    return c
"""
STEPS = "    if step < 0:\n        raise ValueError\n    if step >= 4:\n        return a\n    return b\n"


@pytest.mark.parametrize(
    ("body", "given", "value"),
    [
        ("    return a\n", {}, "a"),
        (GUARDED, {"mask": SOMETHING}, "b"),
        (GUARDED, {"mask": None}, "a"),
        (GUARDED, {}, None),
        ("    mask = x\n" + GUARDED, {"mask": None}, None),  # no longer what it was given
        (BRANCHES, {"norm_first": True}, "a"),
        (BRANCHES, {"norm_first": False}, "b"),
        (SCORES, {"score": "sum", "mask": SOMETHING}, "b"),
        (SCORES, {}, "a"),
        (SCORES, {"score": UNKNOWN}, None),
        (STEPS, {"step": 0}, "b"),
        (STEPS, {"step": 7}, "a"),
        ("    if x:\n        return y\n    y = 2\n    return y\n", {}, "y"),  # all of them return the same
        ("    if not mask:\n        return a\n    return b\n", {"mask": SOMETHING}, None),
    ],
)
def test_a_call_comes_to_the_return_that_nothing_it_was_given_rules_out(body, given, value):
    assert reached(body, **given) == value


def test_the_return_that_a_call_was_seen_at_is_the_one():
    function = ast.parse("def f(x):\n    if x.any():\n        return x\n    return 2 * x\n").body[0]
    assert return_reached(function, Known()) is None
    assert return_reached(function, Known(ends={1: 3})).lineno == 3
    assert return_reached(function, Known(ends={1: 2})) is None
