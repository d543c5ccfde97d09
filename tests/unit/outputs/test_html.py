"""The page of a report: what stands on it and what it leaves out; how it looks is for `tests/e2e/test_report.py`."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from html import unescape

import numpy as np
import pytest
from dlf_grader.instruments.pictures import kept, of_optimisers
from dlf_grader.model import Status
from dlf_grader.outputs import figures
from dlf_grader.outputs.html import to_html
from dlf_grader.outputs.json import to_json
from dlf_grader.report import Counterexample, Diagnosis, Location, Nearby, Numbers, Picture, Report, Result, TraceLine
from dlf_grader.run.reports import without_drawings
from dlf_reference.training import drawings

NEARBY = Nearby((9, 9), (0, 0), ((1.0, 2.0),), ((1.0, 3.0),), ((False, True),))
WRONG = Result(
    "m1.conv.forward", "m1", "m1_cnn/conv.py", "parity", "It works", Status.FAILED, 0.0, 5.0, "y is wrong",
    (Diagnosis("flipped", "It is flipped."),), Counterexample("N=1", 3, "y", (0, 1), 2.0, 3.0, nearby=NEARBY),
    "m1.conv.forward@1.3", location=Location("exercises/m1_cnn/conv.py", 47),
    hints=("A nudge.", "Nearly all."), lesson="forward",
)  # fmt: skip
PASSED = replace(WRONG, id="m1.a", title="Fine", status=Status.PASSED, message="", diagnosis=(), counterexample=None)


def report_of(*results):
    return Report("exercises", 7, "locked", {"python": "3"}, {}, 0.0, 5.0, results)


def drawing():
    return of_optimisers({"cnn": {"SGD": [2.0, 1.0]}}, {"cnn": 0.3})


def test_a_failure_is_told_in_full():
    page = to_html(report_of(WRONG))
    for text in (
        "wrong", "0 of 5 points", "exercises/m1_cnn/conv.py:47", "Smallest case: N=1", "y is wrong", "It is flipped.",
        "y[0, 1]: yours 2, expected 3", "dlf-grade replay m1.conv.forward@1.3", "A nudge.", "Nearly all.", "<b>≠</b> 2",
        "From the lesson: Convolution · Forward", "<math",
    ):  # fmt: skip
        assert text in page, text


def test_the_seed_and_the_day_stand_at_the_top():
    top = to_html(report_of(WRONG)).partition("<h2>")[0]
    assert "<b>7</b> seed" in top
    assert f"<b>{date.today()}</b> date" in top


def test_what_passed_is_folded_unless_there_is_a_picture_of_it():
    other = replace(PASSED, id="m1.conv.other")
    pictured = replace(PASSED, id="m1.conv.seen", pictures=(Picture("missing", words={"why": ("no",)}),))
    page = to_html(report_of(PASSED, pictured, other, WRONG))
    before, folded = page.split("2 checks passed")
    assert 'id="m1.conv.seen"' in before
    assert f'id="{PASSED.id}"' in folded
    assert 'id="m1.conv.other"' in folded


def test_an_exception_is_followed_by_the_learners_own_lines():
    trace = (
        TraceLine(" in forward: y = x @ W", Location("exercises/m1_cnn/conv.py", 47)),
        TraceLine("  with x <i> float64 (2, 3)"),
    )
    page = to_html(report_of(replace(WRONG, trace=trace)))
    assert "<pre>" + "\n".join(map(str, trace)).replace("<i>", "&lt;i&gt;") + "</pre>" in page


@pytest.mark.parametrize("status", Status)
def test_every_verdict_is_a_word(status):
    page = to_html(report_of(replace(WRONG, status=status, counterexample=None)))
    assert re.search(r"<span class=.verdict.>[a-z' ]+</span>", unescape(page))


def test_what_passed_gives_neither_hint_nor_lesson():
    page = to_html(report_of(PASSED))
    assert "A nudge." not in page
    assert "From the lesson" not in page


def test_a_lesson_stands_once_however_many_checks_name_it():
    other = replace(WRONG, id="m1.other", exercise="m1_cnn/other.py")
    page = to_html(report_of(WRONG, replace(WRONG, id="m1.conv.b"), other))
    assert page.count("From the lesson") == 1
    assert page.count('href="#lesson-m1_cnn-forward"') == 3


def test_the_json_has_none_of_what_is_for_pages():
    result = replace(WRONG, pictures=(drawing(),))
    (plain,) = json.loads(to_json(report_of(result)))["results"]
    assert not {"hints", "lesson", "pictures"} & plain.keys()
    assert "nearby" not in plain["counterexample"]
    assert plain["counterexample"]["index"] == [0, 1]
    kept_result = without_drawings(result)
    assert (kept_result.pictures, kept_result.hints, kept_result.counterexample.nearby) == ((), (), None)


LOOKS = [
    drawings.curves([2.0, 0.5], [0.5, 0.9], 0.9, "held_out"),
    drawings.curves([], [], 0.9, "held_out"),
    drawings.curves([float("nan"), float("inf")], [0.1, 0.1], 0.995, "held_out"),
    drawings.confusion(np.array([0, 1]), np.array([0, 0]), ("cat & <dog>", "$1$")),
    drawings.lengths(np.array([3, 4, 4]), np.array([True, False, False])),
    drawings.filters(np.ones((3, 1, 5, 5))),
    drawings.filters(np.zeros((70, 3, 2, 2))),
    drawings.activations(np.zeros((8, 8), np.uint8), [("features.0", 4, np.zeros((3, 8, 8)))], "7"),
    drawings.activations(
        np.zeros((3, 8, 8), np.uint8), [("a", 1, np.ones((1, 9, 9))), ("b", 2, np.ones((2, 2, 2)))], "7"
    ),
    drawings.attention([np.full((5, 3, 3), 1 / 3)], ("<b>", "of", "学"), "world"),
    drawings.norms([("blocks.0", np.array([1.0, 2.0])), ("blocks.1", np.array([0.0]))]),
    drawings.by_layer({"fc.weight": 0.5, "conv.weight": 0.0}, "gradient"),
    drawings.by_layer({"relu 1": 0.0}, "dead"),
    drawings.repaired([2.3, 2.2], [2.3, float("nan")], "float32"),
    drawings.optimisers({"cnn": {"SGD": [1.0] * 99, "Adam": [float("nan")]}, "lstm": {"SGD": [2.0]}}, {"cnn": 0.3}),
]


@pytest.mark.parametrize("drawing", LOOKS, ids=lambda drawing: drawing.kind)
@pytest.mark.filterwarnings("ignore:Glyph")  # matplotlib's font lacks some letters, and draws boxes
def test_every_picture_is_drawn_and_said(drawing):
    (figure,) = figures.drawn([kept(drawing)])
    assert figure.source.startswith(("data:image/png;base64,", "data:image/svg+xml,"))
    assert "drawn" not in figure.words
    assert len(figure.source) < 150_000
    assert figure.words or drawing.arrays["losses"].size == 0


@pytest.mark.parametrize(
    "picture",
    [
        Picture("unknown"),
        Picture("curves"),
        Picture("curves", {"losses": Numbers("<f8", (3,), b"123")}),
        Picture("filters", {"kernels": Numbers("object", (1,), b"12345678")}),
    ],
)
def test_what_cannot_be_drawn_is_a_line(picture):
    (figure,) = figures.drawn([picture])
    assert not figure.source
    assert "could not be drawn" in figure.words


def test_why_there_is_no_picture_is_said_without_control_characters():
    page = to_html(report_of(replace(PASSED, pictures=(Picture("missing", words={"why": ("\x1b[31m<b>no",)}),))))
    assert "[31m&lt;b&gt;no" in page


def test_a_page_without_pictures_needs_no_matplotlib():
    code = "import sys; from dlf_grader.report import Report; from dlf_grader.outputs.html import to_html; "
    code += "to_html(Report('t', 1, 'locked', {}, {}, 0.0, 0.0, ())); "
    code += "assert not {'matplotlib', 'torch'} & sys.modules.keys()"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
