"""`--report classroom50=result.json`: what Classroom 50 reads after an autograder has run.

Its points are whole numbers, so ours are multiplied by 100.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from dlf_grader.hookspecs import Writer
from dlf_grader.model import Status
from dlf_grader.outputs.json import as_json
from dlf_grader.outputs.text import cut
from dlf_grader.outputs.verdicts import explain
from dlf_grader.report import Report, Result

SCALE = 100
GIVEN = {  # fields, and the variables in which Classroom 50 gives them
    "classroom": "CLASSROOM",
    "assignment": "ASSIGNMENT",
    "assignment_type": "ASSIGNMENT_TYPE",
    "owner": "OWNER",
    "submission": "SUBMISSION_TAG",
    "commit": "COMMIT_URL",
    "release": "RELEASE_URL",
    "review": "REVIEW_URL",
}


def to_classroom50(report: Report) -> str:
    """The result of the checkout in the current folder."""
    environment = {"OWNER": os.environ.get("USERNAME", ""), **os.environ}
    return as_json(result_json(report, environment, committed=_committed(), now=datetime.now(UTC)))


WRITER = Writer("classroom50", "json", to_classroom50)


def result_json(
    report: Report, environment: Mapping[str, str], *, committed: datetime, now: datetime
) -> dict[str, Any]:
    """The fields of `classroom50/result/v1`."""
    tests = [_test(result) for result in report.results]
    return {
        "schema": "classroom50/result/v1",
        **{field: environment.get(variable, "") for field, variable in GIVEN.items()},
        "datetime": _instant(committed),
        "graded_at": _instant(now),
        "score": sum(test["score"] for test in tests),
        "max-score": sum(test["max-score"] for test in tests),
        "tests": tests,
    }


def _test(result: Result) -> dict[str, Any]:
    return {
        "test-name": result.id,
        "passed": result.status is Status.PASSED,
        "score": round(SCALE * result.score),
        "max-score": round(SCALE * result.max_score),
        "title": result.title,
        "status": str(result.status),
        "message": cut(explain(result), 4000),
    }


def _committed() -> datetime:
    """When the checkout's commit was made; now, outside a repository."""
    asked = ["git", "log", "-1", "--format=%cI"]
    try:
        return datetime.fromisoformat(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip())
    except (OSError, subprocess.CalledProcessError, ValueError):
        return datetime.now(UTC)


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
