import ast

import pytest
from dlf_grader.run.reading.reached import Known
from dlf_grader.run.reading.returned import function_of_gradients, origin_of_returned, returns_said

DOCUMENTED = '''
def backward(self, g):
    """Turn it.

    Args:
        g: an array.

    Returns:
        dL_dx: (N, D), of x's dtype; a
            line that goes on: here.
        (dL_dh0, dL_dc0): (N, H) each.

    Example:
        y: 3.
    """
    carry = g * 2
    dx = g * 3
    return dx, (carry, g @ g)
'''


def function(text, name="f"):
    found = {each.name: each for each in ast.parse(text).body}
    return found[name], found


def origin(text, tensor="y", name="f", **how):
    target, helpers = function(text, name)
    found = origin_of_returned(target, tensor, helpers, known=Known(), **how)
    return found and (ast.unparse(found[0]), found[2])


def test_the_docstring_names_what_is_returned_in_order():
    assert returns_said(function(DOCUMENTED, "backward")[0]) == ["dL_dx", "dL_dh0", "dL_dc0"]
    text = 'def f():\n    """A.\n\n    Returns:\n        dL_dq (T, d), dL_dk (S, d), of q.\n    """'
    assert returns_said(function(text)[0]) == ["dL_dq", "dL_dk"]
    assert returns_said(function("def f():\n    pass")[0]) == []


@pytest.mark.parametrize(
    ("tensor", "code"),
    [("dL_dx", "dx = g * 3"), ("dL_dh0", "carry = g * 2"), ("dL_dc0", "g @ g")],
)
def test_of_several_that_are_returned_the_docstring_tells_which_is_which(tensor, code):
    assert origin(DOCUMENTED, tensor, "backward") == (code, True)


def test_without_a_docstring_a_name_tells_and_else_it_is_the_return():
    text = "def f(g):\n    dx = g * 3\n    carry = g\n    return dx, carry\n"
    assert origin(text, "dL_dx") == ("dx = g * 3", True)
    assert origin(text, "dL_dh0") == ("return (dx, carry)", False)


def test_what_is_changed_by_several_statements_points_to_the_return():
    assert origin("def f(x):\n    y = x.copy()\n    y[n] -= 1\n    return y\n") == ("return y", False)


def test_what_is_gathered_in_a_list_is_followed_to_what_goes_into_it():
    text = "def f(x):\n    ys = []\n    for t in x:\n        new = t * 2\n        ys.append(new)\n"
    text += "    return np.stack(ys)\n"
    assert origin(text) == ("new = t * 2", True)
    assert origin(text, shape=True) == ("np.stack(ys)", True)


HELPED = """
def f(x, W):
    return help({0})

def help(x):
    y = x * 2
    return y
"""


def test_a_helper_that_is_handed_nothing_but_inputs_is_looked_into():
    assert origin(HELPED.format("x")) == ("y = x * 2", True)
    assert origin(HELPED.format("x @ W")) == ("help(x @ W)", True)  # what it is handed may be wrong


def test_one_of_several_returns_is_no_certain_place():
    assert origin("def f(x):\n    if x:\n        return y\n    y = x\n    return y\n") == ("y = x", False)


def test_an_operation_returns_a_function_of_the_gradients():
    text = "def f(x):\n    def grad(up):\n        return -up\n    return -x, grad\n"
    assert function_of_gradients(function(text)[0]).name == "grad"
    assert function_of_gradients(function("def f(x):\n    return -x\n")[0]) is None
