"""The rung `bwrap` as a plugin of ours; what it takes is imported when a run asks for it."""

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
    from dlf_grader.sandbox.process import Servers


@hookimpl
def dlf_worker(exercise: Exercise, config: Config, servers: Servers, scratch: Path) -> Callable[[], Channel] | None:
    """A worker inside the submission's sandbox."""
    if resolve(config.isolation) != "bwrap":
        return None
    from dlf_grader.sandbox.bwrap import Sandbox

    sandbox = Sandbox(scratch.parent, gpu=exercise.engine == "torch" and has_gpu(config))
    return lambda: servers.worker(exercise.engine, str(scratch), sandbox)
