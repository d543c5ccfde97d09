"""Which format is written by what; a writer is imported when it is first used."""

from __future__ import annotations

import importlib
from collections.abc import Mapping

from dlf_grader.hookspecs import WriteReport, hookimpl
from dlf_grader.model import Report

WRITERS = {
    "json": "json:to_json",
    "gradescope": "gradescope:to_gradescope",
    "classroom50": "classroom50:to_classroom50",
    "junit": "junit:to_junit",
    "github-summary": "summary:to_summary",
    "github-annotations": "github:to_annotations",
    "html": "html:to_html",
    "csv": "csv:to_csv",
    "prairielearn": "prairielearn:to_prairielearn",
    "exercism": "exercism:to_exercism",
    "lti": "lti:to_lti",
    "sarif": "sarif:to_sarif",
}


@hookimpl
def dlf_outputs() -> Mapping[str, WriteReport]:
    """Every format of ours."""
    return {name: _late(place) for name, place in WRITERS.items()}


def _late(place: str) -> WriteReport:
    module, _, function = place.partition(":")

    def write(report: Report) -> str:
        text: str = getattr(importlib.import_module(f"dlf_grader.outputs.{module}"), function)(report)
        return text

    return write
