"""What a rung of the isolation ladder is."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dlf_grader.sandbox.engines import Engine

if TYPE_CHECKING:
    from dlf_grader.sandbox.channel import Channel
    from dlf_grader.sandbox.servers import Enclosure, Servers

LINUX = sys.platform == "linux"
ALONE = "separate processes with limits"
CONFINED = "that read and write only what they need, start no programs and reach no network"


@dataclass(frozen=True)
class Place:
    """Where a worker runs, and with what.

    Attributes:
        root: the tree's copy, which it may read.
        scratch: the folder that it may write to.
        engine: whose files it may read.
        gpu: whether it may use NVIDIA's devices.
    """

    root: str
    scratch: str
    engine: Engine
    gpu: bool = False


@dataclass(frozen=True)
class Rung:
    """One way to keep a learner's code apart from everything else.

    Attributes:
        name: as in `--isolation NAME`.
        what: what it does, in words.
        does_not_stop: what code is not kept from, in words.
        confine: gives up, in the worker and before it imports a learner's file, what the rung takes away; cannot be
            undone, and every thread started later inherits it. Returns what could not be taken away here, in words;
            raises OSError where something failed that works here.
        why_not: what is missing here, and what to do about it; "" if the rung works.
        prepare: done once by a fork server, so that its workers have less to do.
        enclosure: the sandbox that a submission's own fork servers run in, around this folder, with or without a GPU;
            None where all submissions share theirs.
        by_default: whether "auto" may choose it.
    """

    name: str
    what: str
    does_not_stop: str
    confine: Callable[[Place], list[str]]
    why_not: Callable[[], str] = lambda: ""
    prepare: Callable[[Engine], object] = lambda engine: None
    enclosure: Callable[[Path, bool], Enclosure] | None = None
    by_default: bool = True

    def start(self, servers: Servers, engine: Engine, scratch: Path, *, gpu: bool = False) -> Channel:
        """A new worker; beside its scratch folder lies the tree's copy, `tree`."""
        enclosure = None if self.enclosure is None else self.enclosure(scratch.parent, gpu)
        return servers.worker(engine, str(scratch), enclosure)

    def describe(self, lacking: Iterable[str] = ()) -> str:
        """Its name, what it does, what of that could not be had, and what it does not stop.

        Args:
            lacking: what its workers said they could not give up.
        """
        without = "".join(f"; not available here: {text}" for text in sorted(set(lacking)))
        return f"{self.name}: {self.what}{without}; does not stop code from {self.does_not_stop}"
