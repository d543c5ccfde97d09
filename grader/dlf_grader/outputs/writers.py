"""The formats of `--report`: each is a module here that holds a WRITER."""

from __future__ import annotations

from importlib import import_module

from dlf_grader.hookspecs import Writer, hookimpl

MODULES = (
    "json",
    "gradescope",
    "classroom50",
    "junit",
    "github_summary",
    "github",
    "html",
    "csv",
    "prairielearn",
    "exercism",
    "lti",
    "sarif",
)


@hookimpl
def dlf_outputs() -> list[Writer]:
    """Every format of ours; they are imported when a report is asked for, and what they draw with when they write."""
    return [import_module(f"dlf_grader.outputs.{name}").WRITER for name in MODULES]
