import ast

import pytest
from dlf_grader.run.reading.slips import slips_in


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("x[x < 0] == 0", "Line 2 compares, and nothing uses the result: = assigns, == compares."),
        ("for v in x:\n  y = v\n  return y", "Line 4 ends the loop of line 2 in its first pass."),
        ("while x:\n  break", "Line 3 ends the loop of line 2 in its first pass."),
        ("x + 1", "Line 2 computes something that nothing uses: assign it, or return it."),
        ("x.reshape(-1)", "Line 2 computes something that nothing uses: assign it, or return it."),
        ("np.maximum(x, 0)", "Line 2 computes something that nothing uses: assign it, or return it."),
        (
            "for t in range(T, 0): x += t",
            "range(T, 0) on line 2 counts upwards, so it is empty: reversed(range(…)) counts down.",
        ),
        (
            "for t in range(len(x) - 1, -1): x += t",
            "range(len(x) - 1, -1) on line 2 counts upwards, so it is empty: reversed(range(…)) counts down.",
        ),
    ],
)
def test_what_cannot_be_meant_is_told(body, told):
    assert [slip.diagnosis.text for slip in slips(body)] == [told]


@pytest.mark.parametrize(
    "body",
    [
        "return x == 0",
        "for v in x:\n  if v:\n    return v",
        "for v in x:\n  if v:\n    continue\n  return v",
        "for v in x:\n  for w in v:\n    if w: break",
        "np.maximum(x, 0, x)",
        "np.add(x, 1, out=x)",
        "x.sort()",
        "...",
        "for t in range(T - 1, -1, -1): x += t",
        "for t in range(first, 0): x += t",
    ],
)
def test_what_may_be_meant_is_not(body):
    assert not list(slips(body))


def slips(body):
    lines = "\n".join("    " + line for line in body.split("\n"))
    return slips_in(ast.parse(f"def f(x):\n{lines}").body[0])
