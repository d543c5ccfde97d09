"""The rungs of the isolation ladder, by name: what each takes away, what it does not stop, whether it works here."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from dlf_grader.failures import UsageError

RUNGS = ("process", "locked", "bwrap")
ALONE = "separate processes with limits"
CONFINED = "that read and write only what they need, start no programs and reach no network"
NOT_STOPPED = {
    "process": "reading and changing files, using the network or forging its answers",
    "locked": "forging its answers",
    "bwrap": "forging its answers",
}


def resolve(asked: str) -> str:
    """The rung that was asked for, or for "auto" the strongest that needs nothing installed and works here.

    Raises:
        UsageError: it does not work here.
    """
    if asked == "auto":
        return "process" if why_not("locked") else "locked"
    if reason := why_not(asked):
        raise UsageError(f"--isolation {asked}: {reason}")
    return asked


def why_not(rung: str) -> str:
    """What a rung is missing here, and what to do about it; "" if it works."""
    if rung == "locked":
        if sys.platform == "linux":
            from dlf_grader.sandbox import locked

            if locked.landlock_version():
                return ""
        return "expected Linux 5.13 or later with Landlock; use --isolation process"
    if rung == "bwrap":
        from dlf_grader.sandbox import bwrap

        return bwrap.why_not()
    return ""


def describe(rung: str, lacking: Iterable[str] = ()) -> str:
    """A rung's name, what it does, what of it could not be had, and what it does not stop.

    Args:
        rung: one of `RUNGS`.
        lacking: what its workers said they could not give up.
    """
    what = {
        "process": ALONE + (", which start no others" if sys.platform == "linux" else ""),
        "locked": f"{ALONE} {CONFINED}",
        "bwrap": f"a bubblewrap sandbox, and in it {ALONE} {CONFINED}",
    }[rung]
    without = "".join(f"; not available here: {text}" for text in sorted(set(lacking)))
    others = "" if rung != "process" or sys.platform == "linux" else "starting programs, "
    return f"{rung}: {what}{without}; does not stop code from {others}{NOT_STOPPED[rung]}"
