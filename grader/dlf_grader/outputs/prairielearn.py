"""`--report prairielearn=PATH`: the results.json of a PrairieLearn external grader."""

from __future__ import annotations

from typing import Any

from dlf_grader.hookspecs import Writer
from dlf_grader.outputs.json import as_json
from dlf_grader.outputs.text import cut
from dlf_grader.outputs.verdicts import explain, fraction, has_fault, headline, summary
from dlf_grader.report import Report, Result

LARGEST = 1_000_000  # bytes; PrairieLearn refuses a larger file
ROOM = (20_000, 2_000, 200, 0)  # characters for each test's words, less and less until the file is small enough


def to_prairielearn(report: Report) -> str:
    """A score from 0 to 1, and every check as a test with its points."""
    for room in ROOM:
        text = as_json(_results(report, room))
        if len(text.encode()) <= LARGEST:
            break
    return text


WRITER = Writer("prairielearn", "json", to_prairielearn)


def _results(report: Report, room: int) -> dict[str, Any]:
    fault = has_fault(report)
    unread = [r.message for r in report.results if r.unreadable] if not report.score else []
    if fault or unread:
        words = {"format_errors": [cut(text, 500) for text in dict.fromkeys(unread)]} if unread else {}
        return {"gradable": False, "succeeded": not fault, "message": summary(report)} | words
    return {
        "gradable": True,
        "succeeded": True,
        "score": fraction(report),
        "message": summary(report),
        "tests": [_test(result, room) for result in report.results],
    }


def _test(result: Result, room: int) -> dict[str, Any]:
    return {
        "name": result.id,
        "description": result.title,
        "points": result.score,
        "max_points": result.max_score,
        "message": cut(headline(result), 500),
        "output": cut(explain(result), room) if room else "",
    }
