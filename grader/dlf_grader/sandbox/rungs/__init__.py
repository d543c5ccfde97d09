"""The rungs of the isolation ladder, weakest first: a new one is a module here and its place in `RUNGS`."""

from __future__ import annotations

from dlf_grader.failures import UsageError
from dlf_grader.sandbox import limits
from dlf_grader.sandbox.engines import Engine
from dlf_grader.sandbox.rungs.bwrap import BWRAP
from dlf_grader.sandbox.rungs.locked import LOCKED
from dlf_grader.sandbox.rungs.process import PROCESS
from dlf_grader.sandbox.rungs.rung import LINUX, Place, Rung

__all__ = ["CHOICES", "RUNGS", "Place", "Rung", "confine", "named", "prepare", "resolve"]

RUNGS = (PROCESS, LOCKED, BWRAP)
CHOICES = ("auto", *(rung.name for rung in RUNGS))


def named(name: str) -> Rung:
    """The rung of a name."""
    return next(rung for rung in RUNGS if rung.name == name)


def resolve(asked: str) -> Rung:
    """The rung that was asked for, or for "auto" the strongest that needs nothing installed and works here.

    Raises:
        UsageError: there is none of that name, or it does not work here.
    """
    if asked == "auto":
        return next(rung for rung in reversed(RUNGS) if rung.by_default and not rung.why_not())
    if asked not in CHOICES:
        raise UsageError(f"--isolation {asked}: expected one of {', '.join(CHOICES)}")
    rung = named(asked)
    if reason := rung.why_not():
        raise UsageError(f"--isolation {asked}: {reason}")
    return rung


def confine(name: str, place: Place) -> list[str]:
    """Give up, for good, what a rung takes away; returns what of it could not be taken away here, in words."""
    if not LINUX:
        return []
    limits.shut_memory(False)  # the server's is shut, but its worker's is to be watched
    return named(name).confine(place)


def prepare(engine: Engine) -> None:
    """Work out once, in a fork server, what its workers will need, on whichever rung."""
    for rung in RUNGS:
        rung.prepare(engine)
