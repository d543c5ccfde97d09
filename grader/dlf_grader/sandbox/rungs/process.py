"""The rung that works everywhere: a process of its own for each exercise.

Separate memory, an environment without secrets, a scratch folder, resource limits, a process group that is killed as a
whole. On Linux every orphan is killed too, and the worker gives up root's capabilities and the system calls that no
exercise needs.
"""

from __future__ import annotations

from dlf_grader.sandbox import namespaces, seccomp
from dlf_grader.sandbox.rungs.rung import ALONE, LINUX, Place, Rung


def _confine(place: Place) -> list[str]:
    namespaces.drop_root()
    return seccomp.refuse()


PROCESS = Rung(
    "process",
    what=f"{ALONE}, which start no others" if LINUX else ALONE,
    does_not_stop=("" if LINUX else "starting programs, ")
    + "reading and changing files, using the network or forging its answers",
    confine=_confine,
)
