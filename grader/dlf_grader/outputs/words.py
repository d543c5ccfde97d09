"""What every platform's format says about a result, in the same words."""

from __future__ import annotations

import json
from typing import Any

from dlf_grader.model import NOT_RUN, Report, Result, Status
from dlf_grader.outputs.terminal import BROKEN, details

SHORT = {Status.PASSED: "passed", Status.TODO: "not written yet", Status.SKIPPED: "not run"}


def explain(result: Result) -> str:
    """Why a check ended as it did, and what to do: a failure in full, everything else in a line."""
    if result.status in BROKEN:
        place = [f"at {result.location}"] if result.location else []
        return printable("\n".join([*place, *details(result)]))
    if result.status is Status.BLOCKED:
        return printable(result.message)
    short = SHORT.get(result.status, str(result.status))
    return printable(short if result.message in ("", short) else f"{short}: {result.message}")


def headline(result: Result) -> str:
    """One line: the message, or the status where there is none."""
    return printable(" ".join(result.message.split())) or str(result.status)


def summary(report: Report) -> str:
    """Points, and what was not run with its reason."""
    skipped = [result for result in report.results if result.status is Status.SKIPPED]
    reasons = [
        f"not run: {', '.join(r.id for r in skipped if r.message == reason)}: {reason}"
        for reason in dict.fromkeys(result.message for result in skipped)
    ]
    return printable("\n".join([f"{report.score:g} of {report.max_score:g} points", *reasons]))


def fraction(report: Report) -> float:
    """The score from 0 to 1; what is worth no points counts as whole when everything asked for passed."""
    if report.max_score:
        return min(1.0, max(0.0, report.score / report.max_score))
    return float(all(result.status is Status.PASSED for result in report.results))


def complete(report: Report) -> bool:
    """Whether every check has had its turn: a report exists from the first moment on."""
    return not any(result.status is Status.SKIPPED and result.message == NOT_RUN for result in report.results)


def seconds(report: Report) -> float:
    """Seconds spent in checks."""
    return round(sum(result.seconds for result in report.results), 3)


def printable(text: str) -> str:
    """Text without control characters other than line ends: they are not allowed in XML, nor wanted on a page."""
    return "".join(c for c in text if c == "\n" or c.isprintable())


def cut(text: str, characters: int) -> str:
    """At most so many characters."""
    return text if len(text) <= characters else text[: characters - 1] + "…"


def as_json(value: dict[str, Any]) -> str:
    """Indented JSON that every reader takes: no NaN, no infinity."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
