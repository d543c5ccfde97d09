"""The default on Linux: the same process gives up everything it does not need, before it imports a learner's file.

Three of Linux's means, each best effort: namespaces of its own (`namespaces`), Landlock (`landlock`) and a filter of
system calls (`seccomp`). No root, a few milliseconds, nothing to install.
"""

from __future__ import annotations

import os
from functools import cache

from dlf_grader.sandbox import landlock, namespaces, seccomp
from dlf_grader.sandbox.engines import Engine
from dlf_grader.sandbox.readable import readable
from dlf_grader.sandbox.rungs.rung import ALONE, CONFINED, Place, Rung


def _confine(place: Place) -> list[str]:
    lacking = _enter_namespaces(place)
    refused = [seccomp.SOCKETS, *([] if place.gpu else [seccomp.NAMELESS])]  # a GPU's driver may need those
    if lacking:  # with namespaces of its own it has no capabilities any more
        namespaces.drop_root()
        refused.append(seccomp.METADATA)  # Landlock lets pass what changes no file's content
    lacking += landlock.lock(place.root, place.scratch, place.engine, gpu=place.gpu)
    lacking += seccomp.refuse(*refused)
    return lacking


def _enter_namespaces(place: Place) -> list[str]:
    """Go where there is no network and nobody else, if the system allows it and all that is needed is there too."""
    reason = _only_root_reads(place.engine)
    if os.getuid() == 0 and not namespaces.open_to(place.root, 0):
        reason = place.root
    if reason:
        return [f"namespaces of its own (in them root cannot read {reason})"]
    try:
        return namespaces.enter(place.scratch, gpu=place.gpu)
    except OSError as error:
        return [f"namespaces of its own ({error.strerror or error})"]


@cache
def _only_root_reads(engine: Engine) -> str:
    """Something that a worker needs and that root may read by privilege alone, which a namespace takes away; or ""."""
    if os.getuid() != 0:
        return ""
    return next((path for path in readable(engine) if not namespaces.open_to(path, 0)), "")


def _why_not() -> str:
    return "" if landlock.version() else "expected Linux 5.13 or later with Landlock; use --isolation process"


def _prepare(engine: Engine) -> None:
    if landlock.version():
        landlock.prepare(engine)
        _only_root_reads(engine)


LOCKED = Rung(
    "locked",
    what=f"{ALONE} {CONFINED}",
    does_not_stop="forging its answers",
    confine=_confine,
    why_not=_why_not,
    prepare=_prepare,
)
