import json
import os
import stat
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from dlf_grader.config import Config
from dlf_grader.failures import UsageError
from dlf_grader.model import Status
from dlf_grader.outputs.json import to_json
from dlf_grader.report import Counterexample, Diagnosis, Location, Nearby, Report, Result, TraceLine
from dlf_grader.run.reports import decode_report, replace_file, without_drawings, write_reports

RESULT = Result(
    "m1.conv.forward", "m1", "m1_cnn/conv.py", "parity", "Conv2d.forward matches PyTorch", Status.FAILED, 0.0, 12.0,
    message="y is wrong", diagnosis=(Diagnosis("kernel-flipped", "Flipped."),),
    counterexample=Counterexample("N=1", 3, "y", (0, 1), 1.0, 2.0, [[1.0]], [[2.0]]),
)  # fmt: skip
PLACE = Location("exercises/m1_cnn/conv.py", 47)
REPORT = Report("exercises", 1, "process", {"python": "3"}, {"m1_cnn/conv.py": "ab"}, 0.0, 12.0, (RESULT,))


def test_json_holds_every_field_of_the_schema():
    report = json.loads(to_json(REPORT))
    assert list(report) == [
        "schema", "tree", "seed", "isolation", "environment", "files", "score", "max_score", "results",
    ]  # fmt: skip
    assert report["schema"] == "dlf/report/v1"
    wanted = {
        "id", "milestone", "exercise", "kind", "title", "status", "score", "max_score", "message", "diagnosis",
        "counterexample", "measurements", "location", "trace", "output", "seconds", "cached",
    }  # fmt: skip
    assert wanted <= report["results"][0].keys()
    assert report["results"][0]["diagnosis"] == [{"id": "kernel-flipped", "text": "Flipped."}]


def test_a_file_is_replaced_whole_and_nothing_is_left_beside_it(tmp_path):
    path = tmp_path / "r.json"
    path.write_text("old")
    replace_file(path, "new ✓")
    assert path.read_text(encoding="utf-8") == "new ✓"
    assert os.listdir(tmp_path) == ["r.json"]


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "r.json"
    path.write_text("old")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match="No space left"):
        replace_file(path, "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["r.json"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_pipe_is_written_to_and_stays_one(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        replace_file(path, "new")
        assert os.read(reader, 100) == b"new"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(path.stat().st_mode)


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="needs /dev/full")
def test_a_full_device_is_said_and_stays_a_device():
    with pytest.raises(UsageError, match="No space left"):
        replace_file(Path("/dev/full"), "new")
    assert Path("/dev/full").is_char_device()


def test_a_report_can_be_read_by_others(tmp_path, plugins):
    path = tmp_path / "r.json"
    before = os.umask(0o022)
    try:
        write_reports(REPORT, Config(tree=tmp_path, reports=(("json", path),)), plugins)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) & stat.S_IRUSR
    assert os.name != "posix" or stat.S_IMODE(path.stat().st_mode) == 0o644


def test_of_what_a_page_draws_only_small_tensors_are_kept():
    part = Nearby((2,), (0,), ((1.0,),), ((2.0,),), ((True,),))
    case = Counterexample("N=1", 3, "y", (0,), 1.0, 2.0, nearby=part)
    small = replace(case, yours_array=[1.0], expected_array=[2.0])
    kept = [without_drawings(replace(RESULT, counterexample=each)).counterexample for each in (case, small)]
    assert [each.nearby for each in kept] == [None, part]


def test_a_report_is_read_as_it_was_kept():
    found = replace(RESULT, location=PLACE, trace=(TraceLine(" in forward: y = W", PLACE), TraceLine("  with x 1")))
    report = replace(REPORT, results=(found,))
    assert decode_report(msgspec.json.encode(report)) == report


@pytest.mark.parametrize(("text", "location"), [("exercises/m1_cnn/conv.py:47", PLACE), ("", None)])
def test_a_report_that_an_earlier_version_kept_is_read_as_well(text, location):
    kept = msgspec.json.decode(msgspec.json.encode(REPORT))
    kept["results"][0] |= {"location": text, "trace": ["exercises/m1_cnn/conv.py:47 in forward: y = W"]}
    (found,) = decode_report(msgspec.json.encode(kept)).results
    assert found.location == location
    assert list(map(str, found.trace)) == ["exercises/m1_cnn/conv.py:47 in forward: y = W"]


def test_a_reports_json_has_locations_as_text():
    found = replace(RESULT, location=PLACE, trace=(TraceLine(" in forward: y = W", PLACE),))
    (result,) = json.loads(to_json(replace(REPORT, results=(found,))))["results"]
    assert result["location"] == "exercises/m1_cnn/conv.py:47"
    assert result["trace"] == ["exercises/m1_cnn/conv.py:47 in forward: y = W"]
    assert json.loads(to_json(REPORT))["results"][0]["location"] == ""
