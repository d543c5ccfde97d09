import pytest
from dlf_grader.frames import Frame
from dlf_grader.report import Excerpt, Location
from dlf_grader.run.excerpts import added_statements, excerpt_of, giving, innermost_written, lacks_return, written
from dlf_grader.run.sources import Source

LAYER = """\
class Linear:
    def __init__(self):
        self.W = self.b = None
        self.W = 1

    def forward(self, x):
        self.x = x
        y = x @ self.W.T
        return y

    def backward(self, dL_dy):
        self.dL_dW, self.other = dL_dy.T @ self.x, 0
        self.dL_db = dL_dy.sum(axis=1)
        return dL_dy @ self.W

    def twice(self, x):
        if x:
            return x
        return 0

    def summed(self, x):
        y = x
        y += 1
        return y

    def filled(self, x):
        y = x * 0
        y[0] = 1
        return y

    def moved(self, x):
        return (x @ x).reshape(3)


def gradients(dL_dy):
    dL_dq = dL_dy * 2
    return dL_dq, 3


def gradients_backward(dL_dy):
    dL_dq = dL_dy * 2
    return dL_dq, 3
"""
SOURCE = Source("m0/layers.py", LAYER.encode())


def marked(target, tensor):
    found = giving(SOURCE, target, tensor)
    if found is None:
        return None
    excerpt = excerpt_of(SOURCE, Location("m0/layers.py", found[0]), found)
    start, end = excerpt.columns
    return excerpt.lines[excerpt.at][start:end]


@pytest.mark.parametrize(
    ("target", "tensor", "code"),
    [
        ("Linear.backward", "dL_db", "dL_dy.sum(axis=1)"),
        ("Linear.backward", "dL_dW", "dL_dy.T @ self.x, 0"),
        ("Linear.backward", "dL_dx", None),  # the input is stored, so its gradient might be too
        ("Linear.forward", "y", "x @ self.W.T"),
        ("Linear.forward", "dL_dx", None),
        ("Linear.backward", "y", None),
        ("Linear.backward", "dL_dz", "dL_dy @ self.W"),
        ("Linear.twice", "y", None),
        ("Linear.summed", "y", None),
        ("Linear.filled", "y", None),
        ("gradients_backward", "dL_dq", "dL_dy * 2"),
        ("gradients", "dL_dq", None),
        ("Linear.moved", "y", "x @ x"),
        ("Linear.absent", "y", None),
        ("Linear.forward", "norm1.y", None),
    ],
)
def test_a_wrong_tensor_leads_to_the_one_place_that_gives_it_its_value(target, tensor, code):
    assert marked(target, tensor) == code


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("self.x = y = x\n        y[y < 0] = 0", 4),
        ("y = x\n        y[y < 0] = 0", 4),
        ("x += 1\n        self.x = x", 3),
        ("x = x.copy()\n        x *= 2", None),
        ("x += 1\n        x *= 2", None),
        ("self.x = x\n        change(x)", None),
    ],
)
def test_an_argument_that_was_changed_leads_to_the_one_place_that_changes_it(body, line):
    source = Source("a.py", f"class A:\n    def f(self, x):\n        {body}\n        return x\n".encode())
    found = giving(source, "A.f", "x")
    assert (found and found[0]) == line


def test_an_attribute_set_in_two_places_leads_to_neither():
    text = LAYER.replace("        return dL_dy @ self.W", "        self.dL_db += 1\n        return dL_dy @ self.W")
    assert giving(Source("a.py", text.encode()), "Linear.backward", "dL_db") is None


def test_an_excerpt_has_the_lines_around_and_their_shared_indentation_taken_off():
    at = Location("m0/layers.py", 13)
    assert excerpt_of(SOURCE, at, (13, 13, 21, 38)) == Excerpt(
        at,
        ("self.dL_dW, self.other = dL_dy.T @ self.x, 0", "self.dL_db = dL_dy.sum(axis=1)", "return dL_dy @ self.W"),
        1,
        (13, 30),
    )


def test_columns_are_counted_in_characters_and_nonsense_marks_nothing():
    source = Source("a.py", 'x = "é" @ y'.encode())
    assert excerpt_of(source, Location("a.py", 1), (1, 1, 11, 12)).columns == (10, 11)
    assert excerpt_of(source, Location("a.py", 1), (1, 3, 4, 2)).columns == (4, 11)
    for nonsense in ((), (1, 1, 5), (2, 2, 0, 1), (1, 1, 9, 99), (1, 1, -4, 3), (1, 1, 5, 5)):
        assert excerpt_of(source, Location("a.py", 1), nonsense).columns is None
    assert excerpt_of(source, Location("a.py", 7)) is None


def test_a_failure_leads_to_the_innermost_line_that_the_learner_wrote():
    stub = "def f(x):\n    check(x)\n    raise NotImplementedError\n\n\ndef check(x):\n    raise ValueError\n"
    source = Source("a.py", stub.replace("raise NotImplementedError", "return check(x.T)").encode())
    lines_of = {"a.py": written(source, stub)}
    assert lines_of == {"a.py": {3}}
    inside = Frame("a.py", 7, "check")
    assert innermost_written([Frame("a.py", 3, "f"), inside], lines_of).line == 3
    assert innermost_written([Frame("a.py", 2, "f"), inside], lines_of) is None
    assert innermost_written([Frame("a.py", 3, "f"), Frame("mine.py", 9, "g")], lines_of).file == "mine.py"


@pytest.mark.parametrize(
    ("body", "lacks"),
    [
        ("y = x", True),
        ("...", True),
        ("return", True),
        ("return x", False),
        ("if x:\n            return x", False),
        ("def f():\n            return x", True),
        ("self.y = x", False),
        ("yield x", False),
    ],
)
def test_a_missing_return_is_known_where_the_tensor_is_stored_nowhere(body, lacks):
    text = f"class Layer:\n    def forward(self, x) -> Array:\n        {body}\n"
    assert lacks_return(Source("a.py", text.encode()), "Layer.forward", "y") == lacks


@pytest.mark.parametrize("returns", ["", " -> None"])
def test_nothing_is_missed_where_nothing_is_said_to_be_returned(returns):
    text = f"class Tensor:\n    def backward(self){returns}:\n        pass\n"
    assert not lacks_return(Source("a.py", text.encode()), "Tensor.backward", "dL_da")


@pytest.mark.parametrize(
    ("body", "added"),
    [
        ("        # a comment\n        raise NotImplementedError", False),
        ("        raise NotImplementedError()", False),
        ("        y = x\n        raise NotImplementedError", True),
        ("        raise NotImplementedError\n        return x", True),
    ],
)
def test_a_function_that_still_raises_is_told_apart_from_one_as_it_was_handed_out(body, added):
    stub, mine = (
        Source("a.py", f"class A:\n    def f(self, x):\n        check(x)\n{rest}\n".encode()).definition("A.f")
        for rest in ("        raise NotImplementedError", body)
    )
    assert added_statements(mine, stub) is added
