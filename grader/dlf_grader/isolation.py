"""The rungs of the isolation ladder, by name, and what each does not stop; every report says it."""

from __future__ import annotations

RUNGS = {
    "process": "separate processes; does not stop code from reading files, using the network or forging its answers",
}
BEST = "process"


def resolve(asked: str) -> str:
    """The rung that "auto" means here, or the one asked for."""
    return BEST if asked == "auto" else asked
