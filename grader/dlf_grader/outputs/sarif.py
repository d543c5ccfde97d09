"""`--report sarif=PATH`: SARIF 2.1.0, which editors and GitHub's code scanning show at the lines it names.

Only what went wrong is an error there, and what is not written yet a note. What passed or was not run is a rule without
a result: readers count every result as an issue, whatever its kind.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from dlf_grader import __version__
from dlf_grader.hookspecs import Writer
from dlf_grader.model import Status
from dlf_grader.outputs.json import as_json
from dlf_grader.outputs.text import printable
from dlf_grader.outputs.verdicts import BROKEN, explain, has_fault
from dlf_grader.report import Location, Report, Result

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def to_sarif(report: Report) -> str:
    """One run: a rule for each check, a result for each that is to be worked on."""
    rules = [{"id": r.id, "shortDescription": {"text": printable(r.title)}} for r in report.results]
    run = {
        "tool": {"driver": {"name": "dlf-grade", "version": __version__, "rules": rules}},
        "invocations": [{"executionSuccessful": not has_fault(report)}],
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(index, result, report.tree) for index, result in enumerate(report.results) if _level(result.status)
        ],
        "properties": {"score": report.score, "max_score": report.max_score, "seed": report.seed},
    }
    return as_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


WRITER = Writer("sarif", "json", to_sarif)


def _result(index: int, result: Result, tree: str) -> dict[str, Any]:
    return {
        "ruleId": result.id,
        "ruleIndex": index,
        "kind": "fail",
        "level": _level(result.status),
        "message": {"text": explain(result)},
        # GitHub refuses a result without a place
        "locations": [_place(result.location or Location(f"{tree}/{result.exercise}", 1))],
    }


def _level(status: Status) -> str:
    """SARIF's word; "" for what is no issue."""
    return "note" if status is Status.TODO else "error" if status in BROKEN else ""


def _place(location: Location) -> dict[str, Any]:
    """A file and its line; paths are relative to where the run was started, unless the tree lay elsewhere."""
    file = Path(location.file)
    uri = file.as_uri() if file.is_absolute() else quote(location.file)
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": max(1, location.line)}}}
