"""Where an exception of the learner's code came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Frame:
    """A line of the learner's own code on the way to an exception.

    Attributes:
        file: relative to the tree.
        values: what its variables held, as the worker puts it: {"x": "float64 (2, 3)"}. To be shown, never parsed.
        expression: the one under way, as the worker puts it: its first and last line, from which byte to before which.
    """

    file: str
    line: int
    function: str
    values: Mapping[str, str] = field(default_factory=dict)
    expression: tuple[int, ...] = ()
