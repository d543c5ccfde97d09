"""The workers of a run, on the rung of isolation that was asked for; a plugin may start others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from dlf_grader.hookspecs import hookimpl
from dlf_grader.isolation import resolve
from dlf_grader.model import Exercise
from dlf_grader.run.requirements import has_gpu

if TYPE_CHECKING:
    from dlf_grader.config import Config
    from dlf_grader.sandbox.channel import Channel
    from dlf_grader.sandbox.servers import Servers


@hookimpl(trylast=True)
def dlf_worker(exercise: Exercise, config: Config, servers: Servers, scratch: Path) -> Callable[[], Channel] | None:
    """A process of its own, forked from a server that has the engine loaded."""
    enclosure = None
    if resolve(config.isolation) == "bwrap":
        from dlf_grader.sandbox.bwrap import Sandbox

        enclosure = Sandbox(scratch.parent, gpu=exercise.engine == "torch" and has_gpu(config))
    return lambda: servers.worker(exercise.engine, str(scratch), enclosure)
