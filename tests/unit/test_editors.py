"""What editors read: the problem matcher finds the terminal's real lines, and names commands that exist."""

import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from dlf_grader import cli
from dlf_grader.config import Config
from dlf_grader.model import Check, Status
from dlf_grader.outputs.terminal import Terminal
from dlf_grader.outputs.verdicts import BROKEN
from dlf_grader.plugins import load_plugins
from dlf_grader.report import Location, Report
from dlf_grader.run.collect import all_milestones
from example_reports import WRONG

ROOT = Path(__file__).parents[2]
TASKS = json.loads((ROOT / ".vscode" / "tasks.json").read_text(encoding="utf-8"))
GRADE = next(task for task in TASKS["tasks"] if task["label"] == "dlf: grade a milestone")
LONG = "Conv2d.backward leaves the right gradients in dL_dW and dL_db, whatever the stride and the padding are"

NAMES = ("message", "file", "line")


def printed(result, columns, encoding, monkeypatch):
    """What the terminal prints of a run with one such result."""
    monkeypatch.setenv("COLUMNS", str(columns))
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="replace")
    terminal = Terminal(stream, Config(tree=ROOT / "exercises", verbose=True))
    check = Check(result.id, "", result.exercise, "parity", 1, "Conv2d.forward")
    terminal.dlf_session_start([check], terminal.config)
    terminal.dlf_check_finished(check, result)
    terminal.dlf_session_finish(Report("exercises", 1, "process", {}, {}, 0.0, 12.0, (result,)), terminal.config)
    stream.seek(0)
    return stream.read().splitlines()


def problems(lines):
    """What the task's matchers find, line by line as an editor does: (severity, message, file, line)."""
    found = []
    for matcher in GRADE["problemMatcher"]:
        patterns = matcher["pattern"] if isinstance(matcher["pattern"], list) else [matcher["pattern"]]
        for at in range(len(lines)):
            matches = [re.search(each["regexp"], line) for each, line in zip(patterns, lines[at:], strict=False)]
            if len(matches) == len(patterns) and all(matches):
                both = list(zip(patterns, matches, strict=True))
                named = [next(match[each[name]] for each, match in both if name in each) for name in NAMES]
                found.append((matcher["severity"], *named))
    return found


@pytest.mark.parametrize("columns", [60, 100])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
@pytest.mark.parametrize("status", sorted(BROKEN))
def test_a_failure_becomes_a_problem_at_its_line(status, encoding, columns, monkeypatch):
    place = ("exercises/m1_cnn/conv.py", "47")
    for title in ("Conv2d.forward is right", LONG):
        result = replace(WRONG, status=status, title=title, location=Location(place[0], int(place[1])))
        (severity, message, *where), next_one = problems(printed(result, columns, encoding, monkeypatch))
        assert (severity, *where) == ("error", *place)
        assert message == title or title.startswith(message.rstrip("…?"))
        assert next_one == ("info", "0 of 12 points", *place)


def test_what_is_not_written_yet_is_no_error_but_the_next_place(monkeypatch):
    todo = replace(WRONG, status=Status.TODO, message="not written yet")
    assert [found[0] for found in problems(printed(todo, 100, "utf-8", monkeypatch))] == ["info"]


def test_what_passed_is_no_problem(monkeypatch):
    passed = replace(WRONG, status=Status.PASSED, location=None)
    assert not problems(printed(passed, 100, "utf-8", monkeypatch))


def test_every_task_is_a_command_and_every_milestone_can_be_picked():
    milestones = [milestone.id for milestone in all_milestones(load_plugins(None))]
    inputs = {given["id"]: given for given in TASKS["inputs"]}
    assert inputs["milestone"]["options"] == milestones
    for task in TASKS["tasks"]:
        if task["command"].endswith("dlf-grade"):
            assert task["args"][0] in {"${input:milestone}", *cli.COMMANDS}
        else:
            assert f"\n{task['args'][0]}: " in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_the_container_sets_up_and_grades_with_targets_that_exist():
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    assert (container["postCreateCommand"], container["postAttachCommand"]) == ("make setup", "make m0")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^setup:", makefile, re.MULTILINE)
    assert re.search(r"^m0 m1 .*:", makefile, re.MULTILINE)
