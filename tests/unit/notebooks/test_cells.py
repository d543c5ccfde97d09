"""Which cell is part of which file, and what a report says of cells."""

from pathlib import Path

import pytest
from dlf_grader.model import Status
from dlf_grader.notebooks.cells import by_grade_id, section_of, with_cell_locations
from dlf_grader.report import Location, Report, Result, TraceLine
from dlf_grader.run.reading.tree import read_source

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("name", ["", "conv", "m1-conv", "--x", "m1_cnn--x", "m1_cnn-conv--", "task 3"])
def test_a_grade_id_that_names_no_file_is_no_part_of_one(name):
    assert by_grade_id(name, "x = 1") is None


def test_a_file_without_any_cell_is_said_to_lack_one():
    path = "m1_cnn/pool.py"
    result = Result(
        "m1.flatten.forward", "m1", path, "parity", "", Status.FAILED, 0, 1, read_source(ROOT, path).problem
    )
    (shown,) = with_cell_locations(Report("exercises", 1, "process", {}, {}, 0, 1, (result,)), []).results
    assert shown.message == "there is no cell of m1_cnn/pool.py: one starts with the line `# m1_cnn/pool.py: …`"


def test_a_score_cell_stands_for_checks_that_share_a_beginning():
    assert section_of("m1-batch_norm-forward") == "m1.batch_norm.forward"


def test_a_line_of_a_file_becomes_a_line_of_its_cell():
    cells = [by_grade_id("m1_cnn-pool--A", "x = 1\ny = 2"), by_grade_id("m1_cnn-pool--B", "z = 1")]
    here, there = Location("exercises/m1_cnn/pool.py", 4), Location("exercises/m1_cnn/conv.py", 4)
    about = ("m1.flatten.forward", "m1", "m1_cnn/pool.py", "parity", "", Status.FAILED, 0, 1)
    result = Result(*about, location=here, trace=(TraceLine(" in f", here), TraceLine(" in g", there)))
    (found,) = with_cell_locations(Report("exercises", 1, "process", {}, {}, 0, 1, (result,)), cells).results
    assert str(found.location) == "cell B, line 1"
    assert list(map(str, found.trace)) == ["cell B, line 1 in f", "exercises/m1_cnn/conv.py:4 in g"]
