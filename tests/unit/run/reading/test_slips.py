import ast

import pytest
from dlf_grader.run.reading.slips import shared_in, slips_in


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
        (
            "while x < 3:\n  y = x + 1",
            "Nothing in the loop of line 2 changes x, so `x < 3` stays as it is.",
        ),
        (
            "t, T = 0, 3\nwhile t < T:\n  x[t] = np.tanh(x[t] + len(x))",
            "Nothing in the loop of line 3 changes t or T, so `t < T` stays as it is.",
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
        "while x < 3: x += 1",
        "while x:\n  x.pop()",
        "while x < 3:\n  advance(x)",
        "while x < 3:\n  advance()",
        "while elsewhere < 3:\n  y = x",
        "while self.t < 3:\n  y = x",
        "while x < 3:\n  if y: break",
    ],
)
def test_what_may_be_meant_is_not(body):
    assert not list(slips(body))


SHARED = "class A:\n    seen = {}\n    def step(self, x):\n        {}\n"


@pytest.mark.parametrize("use", ["self.seen.append(x)", "self.seen[0] = x", "self.seen += x"])
def test_a_list_of_the_class_that_a_method_fills_is_told(use):
    (found,) = shared_in(ast.parse(SHARED.format("[]", use)).body[0])
    assert found.diagnosis.text == ("Line 2 makes seen once, and all objects share it: assign self.seen in __init__.")


@pytest.mark.parametrize(
    ("value", "use"),
    [("[]", "self.seen = [x]; self.seen.append(x)"), ("[]", "return self.seen[0]"), ("()", "self.seen += x")],
)
def test_a_list_of_the_class_that_is_only_read_or_made_anew_is_not(value, use):
    assert not list(shared_in(ast.parse(SHARED.format(value, use)).body[0]))


def slips(body):
    lines = "\n".join("    " + line for line in body.split("\n"))
    return slips_in(ast.parse(f"def f(x):\n{lines}").body[0])
