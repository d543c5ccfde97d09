"""The hooks that a run implements itself; a plugin that answers one first takes its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from dlf_grader.config import has_gpu
from dlf_grader.failures import GraderFault
from dlf_grader.hookspecs import hookimpl
from dlf_grader.model import Check, Exercise, Measurements
from dlf_grader.sandbox.turns import WAITING

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from dlf_grader.config import Config
    from dlf_grader.context import Context
    from dlf_grader.sandbox.channel import Channel
    from dlf_grader.sandbox.proxy import Submission
    from dlf_grader.sandbox.servers import Servers


@hookimpl(trylast=True)
def dlf_executor(config: Config) -> Executor:
    """Threads that wait for workers, a few more than the jobs; the work itself is done in the workers' processes."""
    from concurrent.futures import ThreadPoolExecutor  # an answer from memory needs no threads

    return ThreadPoolExecutor(max_workers=config.jobs + WAITING)


@hookimpl(trylast=True)
def dlf_worker(exercise: Exercise, config: Config, servers: Servers, scratch: Path) -> Callable[[], Channel] | None:
    """A worker on the rung of isolation that was asked for, forked from a server that has the engine loaded."""
    from dlf_grader.sandbox.rungs import resolve  # what only lists checks has no use for it

    rung, gpu = resolve(config.isolation), exercise.engine == "torch" and has_gpu(config)
    return lambda: rung.start(servers, exercise.engine, scratch, gpu=gpu)


@hookimpl(trylast=True)
def dlf_run_check(check: Check, submission: Submission, ctx: Context) -> Measurements:
    """The check's own function."""
    if check.run is None:
        raise GraderFault(f"nobody knows how to run {check.id}")
    return check.run(submission, ctx) or {}
