"""What happens while watching: a save, a key, the end of a run, a failure of a thread, a signal."""

from __future__ import annotations

from dataclasses import dataclass
from queue import SimpleQueue
from typing import TypeAlias

from dlf_grader.run.session import Session


@dataclass(frozen=True)
class Saved:
    """Files of the tree were written, moved or deleted.

    Attributes:
        paths: relative to the tree; none where it is only time to look at all of them.
    """

    paths: frozenset[str]


@dataclass(frozen=True)
class Pressed:
    """A key."""

    key: str


@dataclass(frozen=True)
class Ended:
    """A run is over."""

    session: Session


@dataclass(frozen=True)
class Failed:
    """A thread met something that there is no going on after."""

    error: BaseException


@dataclass(frozen=True)
class Resumed:
    """The process was stopped, and goes on."""


@dataclass(frozen=True)
class Terminated:
    """A signal ends the process.

    Attributes:
        code: to exit with.
    """

    code: int


Event: TypeAlias = Saved | Pressed | Ended | Failed | Resumed | Terminated
Events: TypeAlias = "SimpleQueue[Event]"
