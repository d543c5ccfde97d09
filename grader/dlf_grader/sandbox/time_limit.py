"""When a worker must have answered: on a busy machine later, by as much as others had of the processor."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

MOST_GRANTED = 600.0  # seconds beyond a time limit, however busy the machine is


@dataclass
class TimeLimit:
    """A time at which a worker is stopped.

    Attributes:
        at: on the clock of `time.monotonic`.
        waited: tells for how many seconds so far the worker could have run, and others had the processor.
        excused: seconds until `at` that are not the worker's for another reason.
    """

    at: float
    waited: Callable[[], float]
    excused: float = 0.0

    def __post_init__(self) -> None:
        self._waited_before, self._granted = self.waited(), 0.0

    def left(self) -> float:
        """Seconds left, if others had none of the processor since this was last found over."""
        return self.at + self.excused + self._granted - time.monotonic()

    def is_over(self) -> bool:
        """Whether the time is up, with all that others have had of the processor granted."""
        if self.left() > 0:
            return False
        self._granted = min(self.waited() - self._waited_before, MOST_GRANTED)
        return self.left() <= 0
