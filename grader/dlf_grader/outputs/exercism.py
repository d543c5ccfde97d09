"""`--report exercism=PATH`: the results.json of an Exercism test runner, version 3."""

from __future__ import annotations

from typing import Any

from dlf_grader.hookspecs import Writer
from dlf_grader.model import Status
from dlf_grader.outputs.json import as_json
from dlf_grader.outputs.text import cut
from dlf_grader.outputs.verdicts import complete, explain, faults, headline
from dlf_grader.report import Report, Result

LONGEST_MESSAGE, LONGEST_OUTPUT = 65_535, 500  # characters


def to_exercism(report: Report) -> str:
    """pass, fail or error, and every check that had its turn, in order; one that could not be run here is left out."""
    tests = [_test(result) for result in report.results if result.status is not Status.SKIPPED]
    broken = faults(report)
    if broken or not complete(report) or not tests:
        why = headline(broken[0]) if broken else "the run was not finished" if tests else "no check was run"
        return as_json({"version": 3, "status": "error", "message": cut(why, LONGEST_MESSAGE), "tests": tests})
    passed = all(test["status"] == "pass" for test in tests)
    return as_json({"version": 3, "status": "pass" if passed else "fail", "tests": tests})


WRITER = Writer("exercism", "json", to_exercism)


def _test(result: Result) -> dict[str, Any]:
    test: dict[str, Any] = {"name": result.title, "test_code": _code(result)}
    if result.status is Status.PASSED:
        return test | {"status": "pass"}
    output = {"output": cut(result.output, LONGEST_OUTPUT)} if result.output.strip() else {}
    status = "error" if result.status is Status.ERROR else "fail"
    return test | {"status": status, "message": cut(explain(result), LONGEST_MESSAGE)} | output


def _code(result: Result) -> str:
    """The failing case as code, or the command that runs the check."""
    code = result.counterexample.code if result.counterexample else ""
    return code or f"dlf-grade {result.milestone} -k {result.id}"
