"""`--report json=PATH`: the report as it is; and JSON for other formats."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import msgspec

from dlf_grader.hookspecs import Writer
from dlf_grader.report import Report

NOT_TOLD = ("excerpt", "hints", "lesson", "pictures", "unreadable")  # what only pages show, or another format


def to_json(report: Report) -> str:
    """The report as indented JSON, `schema` first, without what only a page shows."""
    results = tuple(replace(result, pictures=()) for result in report.results)  # large
    plain = msgspec.to_builtins(replace(report, results=results))
    for result, found in zip(plain["results"], report.results, strict=True):
        result["location"], result["trace"] = str(found.location or ""), list(map(str, found.trace))
        for name in NOT_TOLD:
            del result[name]
        if result["counterexample"] is not None:
            del result["counterexample"]["nearby"]
    ordered = {"schema": plain.pop("schema")} | plain
    return msgspec.json.format(msgspec.json.encode(ordered), indent=1).decode() + "\n"


WRITER = Writer("json", "json", to_json)


def as_json(value: dict[str, Any]) -> str:
    """Indented JSON that every reader takes: no NaN, no infinity."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
