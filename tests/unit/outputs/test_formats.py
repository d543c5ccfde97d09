"""Every format, on one report that holds everything awkward, against its schema or a reader of its own."""

import csv
import io
import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime

import jsonschema
import junitparser
import pytest
from dlf_grader.config import Config
from dlf_grader.failures import UsageError
from dlf_grader.hookspecs import hookimpl
from dlf_grader.model import Status
from dlf_grader.outputs import classroom50, lti
from dlf_grader.outputs.csv import table, to_csv
from dlf_grader.outputs.exercism import to_exercism
from dlf_grader.outputs.github import Workflow, to_annotations
from dlf_grader.outputs.github_summary import LARGEST as LARGEST_SUMMARY
from dlf_grader.outputs.github_summary import escape, fenced, to_summary
from dlf_grader.outputs.gradescope import to_gradescope
from dlf_grader.outputs.junit import to_junit
from dlf_grader.outputs.prairielearn import LARGEST, to_prairielearn
from dlf_grader.run.reports import write_reports, writers_of
from example_reports import (
    BEFORE,
    BOOL,
    EMPTY,
    FAULT,
    NUMBER,
    PERFECT,
    REPORT,
    RESULTS,
    SHOWN,
    TEXT,
    VISIBLE,
    WRONG,
    report_of,
    result,
    several,
    thing,
)

SCHEMAS = {
    "gradescope": thing(
        "tests",
        score=NUMBER, execution_time=NUMBER, output=TEXT, output_format=SHOWN, test_output_format=SHOWN,
        test_name_format=SHOWN, visibility=VISIBLE, stdout_visibility=VISIBLE, extra_data={"type": "object"},
        tests=several(thing(
            "name",
            score=NUMBER, max_score=NUMBER, status={"enum": ["passed", "failed"]}, name=TEXT, name_format=SHOWN,
            number={"type": "string", "pattern": r"^\d+\.\d+$"}, output=TEXT, output_format=SHOWN, tags=several(TEXT),
            visibility=VISIBLE, extra_data={"type": "object"},
        )),
    ),
    "prairielearn": thing(
        "gradable",
        score={"type": "number", "minimum": 0, "maximum": 1}, gradable=BOOL, succeeded=BOOL, message=TEXT, output=TEXT,
        format_errors=several(TEXT),
        tests=several(thing(
            "name points max_points",
            name=TEXT, description=TEXT, points=NUMBER, max_points=NUMBER, message=TEXT, output=TEXT,
        )),
    ),
    "exercism": thing(
        "version status",
        version={"const": 3}, status={"enum": ["pass", "fail", "error"]},
        message={"type": "string", "maxLength": 65535},
        tests=several(thing(
            "name status",
            name=TEXT, status={"enum": ["pass", "fail", "error"]}, message={"type": "string", "maxLength": 65535},
            output={"type": "string", "maxLength": 500}, test_code=TEXT, task_id={"type": "integer"},
        )),
    ),
    "classroom50": {
        "type": "object",
        "required": ["schema", "classroom", "assignment", "assignment_type", "owner", "submission", "commit", "release",
                     "review", "datetime", "score", "max-score", "tests"],
        "properties": {
            "schema": {"const": "classroom50/result/v1"},
            "score": {"type": "integer"}, "max-score": {"type": "integer"},
            "datetime": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
            "tests": several({
                "type": "object",
                "required": ["test-name", "passed", "score", "max-score"],
                "properties": {"test-name": TEXT, "passed": BOOL, "score": {"type": "integer"},
                               "max-score": {"type": "integer"}},
            }),
        },
    },
    "lti": thing(
        "userId timestamp activityProgress gradingProgress",
        userId=TEXT, comment=TEXT, scoreGiven={"type": "number", "minimum": 0},
        scoreMaximum={"type": "number", "exclusiveMinimum": 0},
        timestamp={"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$"},
        activityProgress={"enum": ["Initialized", "Started", "InProgress", "Submitted", "Completed"]},
        gradingProgress={"enum": ["FullyGraded", "Pending", "PendingManual", "Failed", "NotReady"]},
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    "report", [REPORT, BEFORE, PERFECT, FAULT, EMPTY], ids=["mixed", "before", "perfect", "fault", "empty"]
)
@pytest.mark.parametrize("name", SCHEMAS)
def test_json_of_every_format_follows_its_schema(name, report, plugins, tmp_path, monkeypatch):
    monkeypatch.setenv("DLF_LTI_USER", "u-1")
    path = tmp_path / "results.json"
    write_reports(report, Config(tree=tmp_path, reports=((name, path),)), plugins)
    jsonschema.validate(json.loads(path.read_text(encoding="utf-8")), SCHEMAS[name])


def test_an_unknown_format_is_said_in_one_line_with_those_there_are(plugins, tmp_path):
    with pytest.raises(UsageError) as error:
        write_reports(REPORT, Config(tree=tmp_path, reports=(("gradscope", tmp_path / "x"),)), plugins)
    assert str(error.value).count("\n") == 0
    assert all(name in str(error.value) for name in writers_of(plugins))


@pytest.mark.parametrize("report", [FAULT, BEFORE], ids=["fault", "before"])
def test_what_is_no_verdict_gives_no_platform_a_score(report, monkeypatch):
    monkeypatch.setenv("DLF_LTI_USER", "u-1")
    assert '"score"' not in to_gradescope(report)
    assert "scoreGiven" not in lti.to_lti(report)


def test_prairielearn_does_not_count_an_attempt_with_a_fault_of_ours_or_a_file_that_is_no_python():
    unread = report_of(result("a", Status.FAILED, message="layers.py:1 holds null bytes", unreadable=True))
    for report, succeeded in ((FAULT, False), (unread, True)):
        made = json.loads(to_prairielearn(report))
        assert (made["gradable"], made["succeeded"], "score" in made) == (False, succeeded, False)
    assert made["format_errors"] == ["layers.py:1 holds null bytes"]


def test_gradescope_tests_add_up_to_the_score_and_say_why():
    results = json.loads(to_gradescope(REPORT))
    assert sum(test["score"] for test in results["tests"]) == results["score"] == 2.5
    conv = results["tests"][1]
    assert (conv["number"], conv["status"]) == ("1.2", "failed")
    assert "the kernel were flipped" in conv["output"]
    assert results["tests"][3]["number"] == "2.1"
    assert "mnist is not here" in results["output"]
    said = "Left out mlp (1).ipynb: mlp.ipynb counts."
    assert json.loads(to_gradescope(REPORT, [said]))["output"].splitlines()[-1] == said


def test_prairielearn_gives_every_test_points_and_stays_below_a_megabyte():
    large = report_of(*(replace(WRONG, message="x" * 30_000) for _ in range(60)))
    text = to_prairielearn(large)
    assert len(text.encode()) <= LARGEST
    assert all(test["max_points"] == 12.5 for test in json.loads(text)["tests"])
    assert json.loads(to_prairielearn(REPORT))["score"] == pytest.approx(2.5 / 45)


def test_exercism_leaves_out_what_was_not_run_and_calls_an_unfinished_run_an_error():
    assert json.loads(to_exercism(PERFECT))["status"] == "pass"
    mixed = json.loads(to_exercism(REPORT))
    assert (mixed["status"], len(mixed["tests"])) == ("fail", 5)
    for report in (BEFORE, FAULT, EMPTY):
        assert json.loads(to_exercism(report))["status"] == "error"
        assert json.loads(to_exercism(report))["message"]


def test_classroom50_takes_its_fields_from_the_environment_and_whole_points():
    given = {"CLASSROOM": "dl", "OWNER": "ada", "COMMIT_URL": "https://x/c", "ASSIGNMENT_TYPE": "individual"}
    moment = datetime(2026, 11, 21, 22, 0, 0, tzinfo=UTC)
    made = classroom50.result_json(REPORT, given, committed=moment, now=moment)
    assert (made["classroom"], made["owner"], made["commit"]) == ("dl", "ada", "https://x/c")
    assert (made["score"], made["max-score"], made["datetime"]) == (250, 4500, "2026-11-21T22:00:00Z")


def test_lti_names_the_user_and_gives_no_score_before_it_is_final(monkeypatch):
    moment = datetime(2026, 11, 21, tzinfo=UTC)
    assert lti.score(REPORT, "u", moment)["gradingProgress"] == "FullyGraded"
    assert lti.score(REPORT, "u", moment)["scoreGiven"] == 2.5
    assert lti.score(BEFORE, "u", moment)["gradingProgress"] == "Pending"
    assert "scoreGiven" not in lti.score(BEFORE, "u", moment) | lti.score(FAULT, "u", moment)
    monkeypatch.delenv("DLF_LTI_USER", raising=False)
    with pytest.raises(UsageError, match="DLF_LTI_USER"):
        lti.to_lti(REPORT)


def test_junit_is_read_by_a_reader_with_its_counts_reasons_and_points(tmp_path):
    path = tmp_path / "junit.xml"
    path.write_text(to_junit(REPORT), encoding="utf-8")
    conv, pool = junitparser.JUnitXml.fromfile(str(path))
    assert (conv.tests, conv.failures, conv.errors, conv.skipped) == (3, 1, 0, 1)
    assert (pool.tests, pool.failures, pool.errors, pool.skipped) == (3, 1, 0, 2)
    assert re.search(r'<testsuite [^>]*time="\d+\.\d{3}"', path.read_text(encoding="utf-8"))  # as pytest's schema wants
    case = list(conv)[1]
    (failure,) = case.result
    assert (case.name, case.classname, failure.type, failure.message) == (
        "m1.conv", "m1_cnn.conv", "failed", "y is wrong",
    )  # fmt: skip
    assert "the kernel were flipped" in failure.text
    assert "points=0/12.5" in case.system_out
    assert "::error::x" in case.system_out
    assert {p.name: p.value for p in conv.properties()} == {"points": "2.5/25", "seed": "7", "isolation": "locked"}


def test_annotations_are_at_most_ten_of_a_kind_one_line_each_at_the_place():
    lines = to_annotations(report_of(*[WRONG] * 12)).splitlines()
    assert len(lines) == 11
    assert lines[0].startswith("::error file=exercises/m1_cnn/conv.py,line=47,title=conv works%2C 100%25::at exercises")
    assert "100%25, naïve" in lines[0]
    assert lines[-1] == "::notice title=dlf-grade::0 of 150 points, 2 more failures in the log"
    assert not any(line.startswith("::error::x") for line in lines)


def test_what_a_run_prints_in_a_workflow_is_no_command(capsys):
    workflow = Workflow()
    workflow.dlf_session_start()
    print("      ::error::forged")
    workflow.dlf_session_finish(REPORT)
    first, forged, last, *rest = capsys.readouterr().out.splitlines()
    token = re.fullmatch(r"::stop-commands::(\w{64})", first)[1]
    assert (forged.strip(), last) == ("::error::forged", f"::{token}::")
    assert len(rest) == 3
    assert Workflow().token != token


def test_a_summary_holds_all_checks_within_its_budget_and_nothing_breaks_out():
    text = to_summary(REPORT)
    assert "2.5 of 45 points" in text
    assert "<script>" not in re.sub(r"`{4,}text.*?`{4,}", "", text, flags=re.DOTALL)
    large = to_summary(report_of(*[replace(WRONG, message="x" * 20_000)] * 80))
    assert len(large.encode()) < LARGEST_SUMMARY
    assert "more failures do not fit" in large


def test_markdown_is_escaped_and_fences_are_longer_than_what_they_hold():
    assert escape("a|b <i> *c*\n`d` @e") == r"a\|b &lt;i&gt; \*c\* \`d\` \@e"
    assert fenced("``````").startswith("```````text\n")


@pytest.mark.parametrize("name", ['O"Neill, Zoë', "two\nlines", "学生", "  spaced", "", "a;b"])
def test_a_table_gives_back_what_was_put_in(name):
    assert list(csv.reader(io.StringIO(table(["n", "x"], [[name, 1.5]]), newline=""))) == [["n", "x"], [name, "1.5"]]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", "＝1"])
def test_text_that_looks_like_a_formula_is_text_to_a_spreadsheet(name):
    ((cell,),) = list(csv.reader(io.StringIO(table(["n"], [[name]]), newline="")))[1:]
    assert cell == "'" + name


def test_negative_numbers_stay_numbers():
    assert table(["n"], [[-2.5]]).splitlines()[1] == "-2.5"


def test_csv_has_a_line_for_each_check():
    lines = list(csv.DictReader(io.StringIO(to_csv(REPORT), newline="")))
    assert [line["status"] for line in lines] == [str(r.status) for r in RESULTS]
    assert lines[1]["diagnosis"] == "It looks as if the kernel were flipped."


def test_names_and_suffixes_are_read_without_what_draws_a_page():
    code = "from dlf_grader.outputs.writers import dlf_outputs; import sys; "
    code += "print(*(f'{writer.name}.{writer.suffix}' for writer in dlf_outputs())); "
    code += "assert not {'jinja2', 'markupsafe', 'markdown_it', 'numpy', 'matplotlib'} & sys.modules.keys()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"json.json", "junit.xml", "html.html", "github-summary.md"} <= set(done.stdout.split())


def test_a_plugin_may_bring_functions_by_name(plugins, tmp_path):
    class Brought:
        @hookimpl
        def dlf_outputs(self):
            return {"points": lambda report: f"{report.score:g}\n"}

    plugins.register(Brought())
    write_reports(REPORT, Config(tree=tmp_path, reports=(("points", tmp_path / "p"),)), plugins)
    assert (tmp_path / "p").read_text() == "2.5\n"
    assert writers_of(plugins)["points"].suffix == "json"
