# mypy: disable-error-code="empty-body"
"""The hooks a plugin may implement; each docstring says when it is called and who implements it here.

An instructor's plugin is a module with functions of these names, decorated with `dlf_grader.hookspecs.hookimpl`: an
installed package with an entry point in the group `dlf`, or `dlfplugin.py` beside `exercises/`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pluggy

from dlf_grader.model import Check, Exercise, Measurements, Milestone

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from dlf_grader.config import Config
    from dlf_grader.context import Context
    from dlf_grader.failures import CheckFailure
    from dlf_grader.report import Diagnosis, Report, Result
    from dlf_grader.sandbox.channel import Channel
    from dlf_grader.sandbox.proxy import Submission
    from dlf_grader.sandbox.servers import Servers

PROJECT = "dlf"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)

WriteReport: TypeAlias = "Callable[[Report], str]"


@dataclass(frozen=True)
class Writer:
    """Makes a file of a report.

    Attributes:
        name: of the format, as in `--report NAME=PATH`.
        suffix: with which a file of this format ends, "xml".
        write: makes its text.
    """

    name: str
    suffix: str
    write: WriteReport


@hookspec
def dlf_add_options(parser: argparse.ArgumentParser) -> None:
    """Add options to `dlf-grade MILESTONE`; called before the command line is read."""


@hookspec
def dlf_configure(config: Config) -> None:
    """Called once, when the command line has been read and before anything is collected."""


@hookspec
def dlf_milestones() -> Iterable[Milestone]:
    """Return the milestones this plugin brings; `milestones/m0` and `milestones/m1` do."""


@hookspec
def dlf_checks(milestone: Milestone, config: Config) -> Iterable[Check]:
    """Return the checks this plugin brings for `milestone`, in the order a learner meets them."""


@hookspec
def dlf_modify_checks(checks: list[Check], config: Config) -> None:
    """Change, drop or reorder the collected checks, in place; called once after all `dlf_checks`."""


@hookspec(firstresult=True)
def dlf_probe(requirement: str, check: Check, config: Config) -> str | None:
    """Say whether a check's requirement is there: "" if it is, else one sentence on how to get it.

    None leaves the question to the next plugin; a requirement nobody knows is our fault.
    """


@hookspec(firstresult=True)
def dlf_worker(exercise: Exercise, config: Config, servers: Servers, scratch: Path) -> Callable[[], Channel] | None:
    """Return what starts an isolated worker for `exercise`; `run/hooks.py` does.

    `servers` are the run's fork servers, with NumPy or PyTorch imported. `scratch` is the folder that the worker may
    write to; beside it, in its parent, lie the tree's copy, `tree`, and the run's other scratch folders, nothing else.
    The message that turns a fork into the worker of a learner's file is sent after this returned the channel, so a
    stronger rung confines the process before that.
    """


@hookspec(firstresult=True)
def dlf_run_check(check: Check, submission: Submission, ctx: Context) -> Measurements | None:
    """Run one check: return its measurements or raise. `run/hooks.py` calls `check.run`."""


@hookspec
def dlf_explain(check: Check, failure: CheckFailure, sources: Mapping[str, str]) -> Iterable[Diagnosis]:
    """Name the mistake behind a failure; what plugins return is added to what the check knows.

    Args:
        failure: its `__cause__` is the LearnerError where the learner's code raised.
        sources: the texts of the exercise's file and of those that it imports, by path in the tree.
    """


@hookspec
def dlf_check_started(check: Check) -> None:
    """Called before a check that really runs (not one that is cached, blocked or skipped); from any thread."""


@hookspec
def dlf_check_progress(check: Check, fraction: float, words: str) -> None:
    """Called now and then while a check takes long, mostly training; `fraction` of it is done."""


@hookspec
def dlf_check_finished(check: Check, result: Result) -> None:
    """Called with each result, in the catalogue's order; `outputs/terminal.py` prints it."""


@hookspec
def dlf_outputs() -> Iterable[Writer] | Mapping[str, WriteReport]:
    """Return the writers of `--report FORMAT=PATH`, or functions by format name, which write JSON."""


@hookspec
def dlf_platforms() -> Iterable[Any]:
    """Return `classroom.platforms.Platform`s, whose downloads `dlf-grade batch` then reads as it reads ours."""


@hookspec(firstresult=True)
def dlf_roster(path: Path) -> Any | None:
    """Return the `classroom.roster.Roster` that `--roster FILE` holds; None lets `classroom/roster.py` read it."""


@hookspec
def dlf_exports() -> Mapping[str, Callable[[Path, Any], int]]:
    """Return whole-class exports by name: functions of a path and a `classroom.export.Class`, which count students."""


@hookspec(firstresult=True)
def dlf_shown(report: Report) -> Report | None:
    """Return a report as a student may see it now, in exports of a class and on Gradescope; None leaves it as it is."""


@hookspec(firstresult=True)
def dlf_executor(config: Config) -> Executor | None:
    """Return what runs exercises side by side, at most `--jobs` at a time; `run/hooks.py` returns a pool of threads."""


@hookspec
def dlf_session_start(checks: list[Check], config: Config) -> None:
    """Called when it is known what will be graded, before the first result."""


@hookspec
def dlf_session_finish(report: Report, config: Config) -> None:
    """Called once at the end, after every result; the terminal prints its summary. Not where the run was called off."""
