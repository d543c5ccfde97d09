from dataclasses import replace

from dlf_grader.frames import Frame
from dlf_grader.report import Location, TraceLine
from dlf_grader.run.reading.source import Source
from dlf_grader.run.reading.traces import trace_lines

SOURCE = Source("m1/conv.py", b"import numpy as np\ny = cols @ self.W.T + x[0]\n" + b"z = " + b"1 + " * 100 + b"1\n")
VALUES = {"W": "w", "cols": "c", "x": "x", "y": "y", "self.W": "s", "self.Wide": "e", "self.cols": "q", "x2": "t"}


def test_the_line_is_shown_with_what_it_names_before_other_variables():
    lines = tuple(map(str, trace_lines([Frame("m1/conv.py", 2, "forward", VALUES)], [SOURCE], "exercises")))
    assert lines == (
        "exercises/m1/conv.py:2 in forward: y = cols @ self.W.T + x[0]",
        "  with cols c, x x, y y, self.W s",
    )


def test_a_long_line_is_cut_and_a_line_or_file_that_is_not_there_is_left_out():
    frame = Frame("m1/conv.py", 3, "<module>")
    assert len(str(trace_lines([frame], [SOURCE], "exercises")[0])) < 140
    nowhere = TraceLine(" in <module>", Location("exercises/m1/conv.py", 99))
    assert trace_lines([replace(frame, line=99)], [SOURCE], "exercises") == (nowhere,)
    outside = replace(frame, file="../secret.py", line=1)
    assert list(map(str, trace_lines([outside], [SOURCE], "t"))) == ["t/../secret.py:1 in <module>"]
    assert trace_lines([], [SOURCE], "exercises") == ()
