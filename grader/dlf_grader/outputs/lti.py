"""`--report lti=PATH`: a score for an LTI 1.3 platform's Assignment and Grade Services.

Only the payload: posting it to `{lineitem}/scores`, as `application/vnd.ims.lis.v1.score+json` with a token of the
scope `https://purl.imsglobal.org/spec/lti-ags/scope/score`, is the site's part.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

from dlf_grader.failures import UsageError
from dlf_grader.hookspecs import Writer
from dlf_grader.outputs.json import as_json
from dlf_grader.outputs.verdicts import complete, has_fault, summary
from dlf_grader.report import Report

USER = "DLF_LTI_USER"


def to_lti(report: Report) -> str:
    """The score of the user whom the variable DLF_LTI_USER names.

    Raises:
        UsageError: it names nobody.
    """
    user = os.environ.get(USER, "")
    if not user:
        raise UsageError(f"--report lti=…: expected the platform's id of the user in {USER}; it is not set")
    return as_json(score(report, user, datetime.now(UTC)))


WRITER = Writer("lti", "json", to_lti)


def score(report: Report, user: str, now: datetime) -> dict[str, Any]:
    """The payload; a score stands in it once it is final.

    Args:
        user: the platform's id, `sub` of the launch.
        now: later than that of every earlier score, or the platform ignores this one.
    """
    progress = _progress(report)
    points = (report.score, report.max_score) if progress == "FullyGraded" and report.max_score > 0 else None
    return payload(user, now, progress, summary(report), points)


def payload(
    user: str, now: datetime, progress: str, comment: str, points: tuple[float, float] | None
) -> dict[str, Any]:
    """A score as the platform takes it.

    Args:
        progress: of grading: "FullyGraded", "Pending", "Failed".
        points: given and possible; None where there are none.
    """
    made: dict[str, Any] = {
        "userId": user,
        "timestamp": now.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "activityProgress": "Completed",
        "gradingProgress": progress,
        "comment": comment,
    }
    return made if points is None else made | {"scoreGiven": points[0], "scoreMaximum": points[1]}


def _progress(report: Report) -> str:
    if has_fault(report):
        return "Failed"
    return "FullyGraded" if complete(report) else "Pending"
