import pytest
from dlf_grader.run.reading.lacking import (
    lacks_return,
    where_drawn_elsewhere,
    where_float64_is_made,
    where_it_ends,
    where_returned,
)
from dlf_grader.run.reading.reached import Known
from dlf_grader.run.reading.source import Source


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


def test_a_missing_return_points_to_the_last_statement():
    source = Source("a.py", b"def f(x):\n    y = x\n    if y:\n        y += 1\n")
    assert where_it_ends(source, "f") == (3, 3, 0, 0)
    assert where_it_ends(source, "g") is None


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("y = np.zeros(x.shape); return y", 2),
        ("y = np.full(x.shape, 0); return y", 2),
        ("y = np.zeros(x.shape, x.dtype); return y", None),
        ("y = np.zeros(3, dtype=x.dtype); return y", None),
        ("y = np.zeros(3, **how); return y", None),
        ("y = np.zeros(3) + np.ones(3); return y", None),
    ],
)
def test_a_lost_dtype_points_to_the_only_array_that_is_made_without_one(body, line):
    source = Source("a.py", f"def f(x):\n    {body}\n".encode())
    assert where_float64_is_made(source, "f") == (line and (line, line, 0, 0))


def test_what_is_said_to_be_returned_is_lacking_also_where_it_is_stored():
    said = '"""Do.\n\n        Returns:\n            y: any.\n        """'
    text = f"class A:\n    def f(self, x) -> int:\n        {said}\n        self.y = self.z = x\n"
    source = Source("a.py", text.encode())
    assert lacks_return(source, "A.f", "y")
    assert not lacks_return(source, "A.f", "z")


def test_a_wrong_number_of_results_points_to_the_one_return():
    source = Source("a.py", b"def f(x):\n    return x, 1\n\ndef g(x):\n    if x: return 1\n    return x, 1\n")
    assert where_returned(source, "f", Known()) == (2, 2, 0, 0)
    assert where_returned(source, "g", Known()) is None


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("p = odds(x)\n    return np.random.choice(len(p), p=p)", "np.random.choice(len(p), p=p)"),
        ("return random.choices(x)[0]", "random.choices(x)"),
        ("rng = np.random.default_rng(0)\n    return rng.normal()", "np.random.default_rng(0)"),
        ("rng = rng or np.random.default_rng()\n    return rng.normal()", None),
        ("if rng is None:\n        rng = np.random.default_rng()\n    return rng.normal()", None),
        ("return rng.choice(x)", None),
        ("return np.random.rand(2) + np.random.rand(2)", None),
    ],
)
def test_what_is_drawn_from_another_generator_than_the_one_passed_has_a_place(body, found):
    text = f"def f(x, rng):\n    {body}\n"
    place = where_drawn_elsewhere(Source("f.py", text.encode()), "f")
    assert (place and text.splitlines()[place[0] - 1][place[2] : place[3]]) == found
