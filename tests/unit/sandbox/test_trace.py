"""A learner's exception: their own lines only, and what the innermost one had at hand."""

import sys

import numpy as np
import pytest
from dlf_grader.frames import Frame
from dlf_grader.run.reading.traces import trace_lines
from dlf_grader.run.reading.tree import read_source
from dlf_grader.sandbox.trace import FRAMES, frames_here, frames_of, words

LAYER = """import numpy as np


class Layer:
    name = "layer"

    def __init__(self):
        self.W = np.ones((4, 3))

    def forward(self, x):
        rows = len(x)
        return project(
            x, self)


def project(x, layer):
    y = np.reshape(x, (7, -1)) @ layer.W
    return y


def forever(n):
    return forever(n + 1)
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    (tmp_path / "layer_under_test.py").write_text(LAYER)
    monkeypatch.syspath_prepend(str(tmp_path))
    import layer_under_test

    yield layer_under_test
    del sys.modules["layer_under_test"]


def raised(call, root):
    try:
        call()
    except BaseException as error:  # noqa: BLE001 - as the worker catches it
        return frames_of(error, str(root))
    raise AssertionError("it raised nothing")


def test_only_the_learners_frames_are_kept_and_the_innermost_has_its_arrays(module, tmp_path):
    outer, inner = raised(lambda: module.Layer().forward(np.zeros((2, 3), np.float32)), tmp_path)
    assert (outer.file, outer.function, outer.values) == ("layer_under_test.py", "forward", {})
    assert (inner.file, inner.function) == ("layer_under_test.py", "project")
    assert inner.values == {"x": "float32 (2, 3)", "layer.W": "float64 (4, 3)"}


def test_an_endless_recursion_is_cut_and_told_in_one_line(module, tmp_path):
    frames = raised(lambda: module.forever(0), tmp_path)
    assert len(frames) == FRAMES
    shown = [Frame(frame.file, frame.line, frame.function, frame.values) for frame in frames]
    source = read_source(tmp_path, "layer_under_test.py")
    first, values = map(str, trace_lines(shown, [source], "exercises"))
    assert first == "exercises/layer_under_test.py:22 in forever (repeated): return forever(n + 1)"
    assert values.startswith("  with n ")


def test_nothing_is_told_of_the_trusted_side(module):
    assert raised(lambda: module.Layer().forward(np.zeros(2)), "") == []
    assert frames_here("") == []


def test_an_object_that_breaks_when_looked_at_costs_its_values_only(tmp_path):
    class Broken(np.ndarray):
        @property
        def shape(self):
            raise SystemExit

    def learners():
        x = np.zeros(2).view(Broken)
        raise KeyError(str(type(x)))

    code = learners.__code__.replace(co_filename=str(tmp_path / "mine.py"))
    learners.__code__ = code
    (frame,) = raised(learners, tmp_path)
    assert (frame.file, frame.values) == ("mine.py", {})


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (np.zeros((2, 0), np.int8), "int8 (2, 0)"),
        (np.float32(1.5), "float32 1.5"),
        (None, "None"),
        (3, "3"),
        ("general", "'general'"),
        ("x" * 50, f"'{'x' * 20}…'"),
        ([1, 2], "list of 2"),
        (object(), ""),
        (np.random.default_rng(0), ""),
    ],
)
def test_a_value_is_told_in_a_few_words(value, said):
    assert words(value) == said
