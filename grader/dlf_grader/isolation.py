"""The rungs of the isolation ladder, by name, and what each does not stop; every report says it."""

from __future__ import annotations

import sys

from dlf_grader.failures import UsageError

RUNGS = ("process", "locked")
PROCESS = "separate processes; does not stop code from reading files, using the network or forging its answers"


def resolve(asked: str) -> str:
    """The rung that was asked for, or for "auto" the strongest that works here.

    Raises:
        UsageError: it does not work here.
    """
    if asked == "process" or (asked == "auto" and not _can_lock()):
        return "process"
    if not _can_lock():
        raise UsageError(f"--isolation {asked}: expected Linux 5.13 or later with Landlock; use --isolation process")
    return "locked"


def describe(rung: str) -> str:
    """A rung's name, what it does and what it does not stop."""
    if rung == "process":
        return f"process: {PROCESS}"
    from dlf_grader.sandbox import locked

    return f"locked: {locked.describe()}"


def _can_lock() -> bool:
    if sys.platform != "linux":
        return False
    from dlf_grader.sandbox import locked

    return locked.landlock_version() > 0
