"""What we write, read by programs that we did not write. CI has them: pip install 'dl-foundations[consumers]'."""

import json
from pathlib import Path

import pytest
from dlf_grader.outputs import lti
from dlf_grader.outputs.html import to_html
from dlf_grader.outputs.sarif import to_sarif
from example_reports import EMPTY, PERFECT, REPORT

ROOT = Path(__file__).parents[3]
NOTEBOOKS = sorted(ROOT.glob("*/notebooks/*/*.ipynb"))


def test_sarif_tools_counts_what_went_wrong_and_nothing_that_passed(tmp_path):
    loader = pytest.importorskip("sarif.loader")

    def found(report):
        (tmp_path / "a.sarif").write_text(to_sarif(report), encoding="utf-8")
        read = loader.load_sarif_file(str(tmp_path / "a.sarif")).get_report()
        return {level: count for level in read.get_severities() if (count := read.get_issue_count_for_severity(level))}

    assert found(PERFECT) == {}
    assert found(REPORT) == {"error": 2, "note": 1}


def test_pylti1p3_would_post_the_same_score(monkeypatch):
    Grade = pytest.importorskip("pylti1p3.grade").Grade
    monkeypatch.setenv(lti.USER, "42")
    ours = json.loads(lti.to_lti(PERFECT))
    theirs = Grade().set_score_given(ours["scoreGiven"]).set_score_maximum(ours["scoreMaximum"])
    theirs.set_activity_progress(ours["activityProgress"]).set_grading_progress(ours["gradingProgress"])
    theirs.set_timestamp(ours["timestamp"]).set_user_id(ours["userId"]).set_comment(ours["comment"])
    assert json.loads(theirs.get_value()) == ours


@pytest.mark.parametrize("report", [REPORT, PERFECT, EMPTY], ids=["mixed", "perfect", "empty"])
def test_a_strict_parser_finds_no_error_in_a_page(report):
    html5lib = pytest.importorskip("html5lib")
    html5lib.HTMLParser(strict=True).parse(to_html(report))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: f"{path.parts[-4]}-{path.stem}")
def test_nbformat_takes_a_notebook_and_jupytext_gives_it_back(path):
    nbformat, jupytext = pytest.importorskip("nbformat"), pytest.importorskip("jupytext")
    book = nbformat.read(path, as_version=4)
    nbformat.validate(book)
    back = jupytext.reads(jupytext.writes(book, fmt="py:percent"), fmt="py:percent")
    assert [cell.source for cell in back.cells] == [cell.source for cell in book.cells]
    marks = [cell.metadata.get("nbgrader") for cell in book.cells]
    assert [cell.metadata.get("nbgrader") for cell in back.cells] == marks
