"""`--report sarif=PATH`: SARIF 2.1.0, which editors and GitHub's code scanning show at the lines it names.

Only what went wrong is an error there; what is not written yet is a note, and what passed is listed as passed.
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
from dlf_grader.outputs.verdicts import BROKEN, explain
from dlf_grader.report import Location, Report, Result

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def to_sarif(report: Report) -> str:
    """One run: a rule for each check, a result for what became of it."""
    rules = [{"id": r.id, "shortDescription": {"text": printable(r.title)}} for r in report.results]
    fault = any(result.status is Status.ERROR for result in report.results)
    run = {
        "tool": {"driver": {"name": "dlf-grade", "version": __version__, "rules": rules}},
        "invocations": [{"executionSuccessful": not fault}],
        "columnKind": "unicodeCodePoints",
        "results": [_result(index, result) for index, result in enumerate(report.results)],
        "properties": {"score": report.score, "max_score": report.max_score, "seed": report.seed},
    }
    return as_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


WRITER = Writer("sarif", "json", to_sarif)


def _result(index: int, result: Result) -> dict[str, Any]:
    kind, level = _verdict(result.status)
    found = {
        "ruleId": result.id,
        "ruleIndex": index,
        "kind": kind,
        "level": level,
        "message": {"text": explain(result)},
    }
    return found | ({} if result.location is None else {"locations": [_place(result.location)]})


def _verdict(status: Status) -> tuple[str, str]:
    """SARIF's words; it allows a level for what failed only."""
    if status is Status.TODO:
        return "fail", "note"
    if status in BROKEN:
        return "fail", "error"
    return ("pass" if status is Status.PASSED else "notApplicable"), "none"


def _place(location: Location) -> dict[str, Any]:
    """A file and its line; paths are relative to where the run was started, unless the tree lay elsewhere."""
    file = Path(location.file)
    uri = file.as_uri() if file.is_absolute() else quote(location.file)
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": max(1, location.line)}}}
