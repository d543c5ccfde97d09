"""`--report json=PATH`: the report as it is."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from dlf_grader.model import Report
from dlf_grader.run.reports import without_drawings

FOR_PAGES = ("hints", "lesson", "pictures")


def to_json(report: Report) -> str:
    """The report as indented JSON, `schema` first, without what only a page shows."""
    plain = msgspec.to_builtins(replace(report, results=tuple(map(without_drawings, report.results))))
    for result in plain["results"]:
        for name in FOR_PAGES:
            del result[name]
        if result["counterexample"] is not None:
            del result["counterexample"]["nearby"]
    ordered = {"schema": plain.pop("schema")} | plain
    return msgspec.json.format(msgspec.json.encode(ordered), indent=1).decode() + "\n"
