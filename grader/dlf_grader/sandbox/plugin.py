"""The rungs `process` and `locked` of the isolation ladder, as a `dlf_worker` plugin."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from dlf_grader.hookspecs import hookimpl
from dlf_grader.isolation import resolve
from dlf_grader.model import Exercise

if TYPE_CHECKING:
    from dlf_grader.config import Config
    from dlf_grader.sandbox.channel import Channel
    from dlf_grader.sandbox.process import Servers


@hookimpl(trylast=True)
def dlf_worker(exercise: Exercise, config: Config, servers: Servers, scratch: Path) -> Callable[[], Channel] | None:
    """A process of its own, forked from a server that has the engine loaded; it locks itself when told to."""
    if resolve(config.isolation) not in ("process", "locked"):
        return None  # another plugin's
    return lambda: servers.worker(exercise.engine, str(scratch))
