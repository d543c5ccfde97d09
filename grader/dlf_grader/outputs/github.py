"""In a GitHub workflow: failures as annotations; and nothing that a submission printed is taken for a command.

`--report github-annotations=PATH` writes them to a file instead, for workflows that print them themselves.
GitHub shows ten annotations of a kind for each step.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from dlf_grader.hookspecs import Writer, hookimpl
from dlf_grader.outputs.verdicts import BROKEN, explain, points_in_words
from dlf_grader.report import Location, Report

SHOWN = 10


class Workflow:
    """Switches workflow commands off while a run prints, then prints its annotations."""

    def __init__(self) -> None:
        self.token = secrets.token_hex(32)

    @hookimpl(tryfirst=True)
    def dlf_session_start(self) -> None:
        print(f"::stop-commands::{self.token}", flush=True)

    @hookimpl(trylast=True)
    def dlf_session_finish(self, report: Report) -> None:
        print(f"::{self.token}::")
        print(to_annotations(report), end="", flush=True)


def to_annotations(report: Report) -> str:
    """Workflow commands: the first failures, then the points."""
    return "".join(f"{line}\n" for line in _commands(report))


WRITER = Writer("github-annotations", "txt", to_annotations)


def _commands(report: Report) -> Iterator[str]:
    broken = [result for result in report.results if result.status in BROKEN]
    for result in broken[:SHOWN]:
        yield _command("error", explain(result), _place(result.location) | {"title": result.title})
    more = f", {len(broken) - SHOWN} more failures in the log" if len(broken) > SHOWN else ""
    yield _command("notice", f"{points_in_words(report)}{more}", {"title": "dlf-grade"})


def _command(name: str, text: str, properties: dict[str, str]) -> str:
    given = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {given}::{_data(text)}"


def _place(location: Location | None) -> dict[str, str]:
    return {} if location is None else {"file": location.file, "line": str(location.line)}


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
