import ast

import pytest
from dlf_grader.run.reading.givers import named
from dlf_grader.run.reading.pieces import filler_of

PAIRS = "y = np.empty(3); y[..., 0::2] = a; y[..., 1::2] = b"


@pytest.mark.parametrize(
    ("body", "index", "filled"),
    [
        (PAIRS, (0, 4), "a"),
        (PAIRS, (0, 3), "b"),
        ("y = np.empty(3); y[0] = a; y[1:] = b", (2, 1), "b"),
        ("y = np.empty(3); y[:2, ...] = a; y[2:5] = b", (1, 1), "a"),
        ("y = np.empty(3); y[:2, 0] = a; y[2:, 0] = b", (1, 1), None),  # neither fills it
        ("y = np.empty(3); y[:n] = a; y[n:] = b", (1, 1), None),
        ("y = np.empty(3); y[0] = a; y[0] = b", (0,), None),
        ("y = np.empty(3); y[-1] = a; y[0] = b", (0,), None),
        (PAIRS + "; y += 1", (0, 4), None),
    ],
)
def test_a_wrong_element_points_to_what_fills_its_piece(body, index, filled):
    function = ast.parse(f"def f(x):\n    {body}\n").body[0]
    found = filler_of(function, named("y"), index)
    assert (found and ast.unparse(found.value)) == filled
