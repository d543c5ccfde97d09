import pytest
from dlf_grader.frames import Frame
from dlf_grader.report import Excerpt, Location
from dlf_grader.run.reading.excerpts import added_statements, excerpt_of, innermost_written, written
from dlf_grader.run.reading.source import Source

LAYER = """\
class Linear:
    def backward(self, dL_dy):
        self.dL_dW, self.other = dL_dy.T @ self.x, 0
        self.dL_db = dL_dy.sum(axis=1)
        return dL_dy @ self.W
"""
SOURCE = Source("m0/layers.py", LAYER.encode())


def test_an_excerpt_has_the_lines_around_and_their_shared_indentation_taken_off():
    at = Location("m0/layers.py", 4)
    assert excerpt_of(SOURCE, at, (4, 4, 21, 38)) == Excerpt(
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


@pytest.mark.parametrize("apart", ["\x0c\n", "\x85\n", "\r\n", "\r"], ids=repr)
def test_lines_are_those_that_python_counts(apart):
    source = Source("a.py", f"# one{apart}y = 1\nz = y\n".encode())
    found = excerpt_of(source, Location("a.py", 3))
    assert (found.lines[found.at], source.text_of(2)) == ("z = y", "y = 1")


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
