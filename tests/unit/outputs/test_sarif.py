"""SARIF: what the 2.1.0 standard demands of the parts we write, and lines that an editor can jump to."""

import json
from dataclasses import replace

import jsonschema
import pytest
from dlf_grader.model import Status
from dlf_grader.outputs.sarif import to_sarif
from dlf_grader.report import Location
from example_reports import BEFORE, EMPTY, FAULT, NUMBER, PERFECT, REPORT, TEXT, WRONG, report_of, several, thing

MESSAGE = thing("text", text={"type": "string", "minLength": 1})
WHOLE = {"type": "integer", "minimum": 0}
PLACE = thing(
    "physicalLocation",
    physicalLocation=thing(
        "artifactLocation",
        artifactLocation=thing("uri", uri={"type": "string", "pattern": r"^[\w./:%~+-]+$"}),
        region=thing("startLine", startLine={"type": "integer", "minimum": 1}),
    ),
)
RESULT = thing(
    "message",
    ruleId=TEXT,
    ruleIndex=WHOLE,
    kind={"enum": ["notApplicable", "pass", "fail", "review", "open", "informational"]},
    level={"enum": ["none", "note", "warning", "error"]},
    message=MESSAGE,
    locations=several(PLACE),
)
RULE = thing("id", id=TEXT, shortDescription=MESSAGE)
DRIVER = thing("name", name=TEXT, version=TEXT, rules=several(RULE) | {"uniqueItems": True})
RUN = thing(
    "tool",
    tool=thing("driver", driver=DRIVER),
    invocations=several(thing("executionSuccessful", executionSuccessful={"type": "boolean"})),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    results=several(RESULT),
    properties=thing("", score=NUMBER, max_score=NUMBER, seed=NUMBER),
)
LOG = thing("version runs", **{"$schema": TEXT, "version": {"const": "2.1.0"}, "runs": several(RUN)})


def results(report):
    return {found["ruleId"]: found for found in json.loads(to_sarif(report))["runs"][0]["results"]}


def place(location):
    return results(report_of(replace(WRONG, location=location)))["m1.conv"].get("locations")


@pytest.mark.parametrize(
    "report", [REPORT, BEFORE, PERFECT, FAULT, EMPTY], ids=["mixed", "before", "perfect", "fault", "empty"]
)
def test_it_is_what_the_standard_demands(report):
    log = json.loads(to_sarif(report))
    jsonschema.validate(log, LOG)
    (run,) = log["runs"]
    for found in run["results"]:
        assert run["tool"]["driver"]["rules"][found["ruleIndex"]]["id"] == found["ruleId"]
        assert found["kind"] == "fail"
        assert found["locations"]


def test_a_failure_is_an_error_at_its_line_with_its_diagnosis():
    found = results(REPORT)["m1.conv"]
    assert (found["kind"], found["level"]) == ("fail", "error")
    assert "as if the kernel were flipped" in found["message"]["text"]
    assert found["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "exercises/m1_cnn/conv.py"},
        "region": {"startLine": 47},
    }


def test_what_is_not_written_yet_is_a_note_and_what_passed_is_no_result():
    found = results(REPORT)
    assert found["m1.pool"]["level"] == "note"
    assert not {"m1.a", "m1.d"} & found.keys()


def test_only_a_fault_of_ours_makes_the_run_unsuccessful():
    for report, successful in ((REPORT, True), (FAULT, False)):
        (run,) = json.loads(to_sarif(report))["runs"]
        assert run["invocations"] == [{"executionSuccessful": successful}]


def test_a_path_elsewhere_and_one_with_a_space_are_uris(tmp_path):
    elsewhere = tmp_path / "my tree" / "conv.py"
    assert place(Location(str(elsewhere), 3))[0]["physicalLocation"]["artifactLocation"]["uri"] == elsewhere.as_uri()
    assert (
        place(Location("my tree/conv.py", 3))[0]["physicalLocation"]["artifactLocation"]["uri"] == "my%20tree/conv.py"
    )


def test_without_a_location_the_file_is_the_place():
    assert place(None)[0]["physicalLocation"]["artifactLocation"]["uri"] == f"{REPORT.tree}/{WRONG.exercise}"


def test_every_status_has_its_word():
    every = report_of(*(replace(WRONG, id=f"m1.{status}", status=status) for status in Status))
    jsonschema.validate(json.loads(to_sarif(every)), LOG)
