"""`--report csv=PATH`: a line for each check; and tables that a spreadsheet opens without running anything."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from dlf_grader.hookspecs import Writer
from dlf_grader.report import Report

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # what a spreadsheet takes for a formula
COLUMNS = ("id", "milestone", "exercise", "kind", "title", "status", "score", "max_score", "message", "diagnosis")


def to_csv(report: Report) -> str:
    """The results, in order."""
    rows = (
        (
            *(r.id, r.milestone, r.exercise, r.kind, r.title, str(r.status), r.score, r.max_score, r.message),
            " ".join(d.text for d in r.diagnosis),
        )
        for r in report.results
    )
    return table(COLUMNS, rows)


WRITER = Writer("csv", "csv", to_csv)


def table(columns: Sequence[str], rows: Iterable[Sequence[str | float | None]]) -> str:
    """Comma-separated values, quoted where needed (RFC 4180), with nothing in it that a spreadsheet would run."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([cell(column) for column in columns])
    writer.writerows([cell(value) for value in row] for row in rows)
    return text.getvalue()


def cell(value: str | float | None) -> str:
    """A cell's text: numbers short, and text that looks like a formula behind an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.lstrip(" ").startswith(FORMULA) else value
    return f"{value:.10g}"
