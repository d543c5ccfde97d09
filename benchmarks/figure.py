"""One figure: ours against a yardstick."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A measured ratio.

    Attributes:
        what: in words.
        ours, yardstick: medians, in `unit`.
        at_most: the ratio it should not exceed.
    """

    what: str
    ours: float
    yardstick: float
    at_most: float
    unit: str = "s"

    @property
    def ratio(self) -> float:
        return self.ours / self.yardstick

    def line(self) -> str:
        verdict = "" if self.ratio <= self.at_most else "   MISSED"
        return f"{self.what}: {self.ratio:.3g} (at most {self.at_most:.3g}){verdict}   {self._sides()}"

    def row(self) -> str:
        met = "" if self.ratio <= self.at_most else " (missed)"
        ours, yardstick = f"{self.ours:.4g} {self.unit}", f"{self.yardstick:.4g} {self.unit}"
        return f"| {self.what} | {ours} | {yardstick} | {self.ratio:.3g}{met} | {self.at_most:.3g} |"

    def _sides(self) -> str:
        return f"{self.ours:.4g} against {self.yardstick:.4g} {self.unit}"


def in_turn(ours: Callable[[], object], yardstick: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Median seconds of two functions, called alternately; the first round is not counted."""
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 1):
        for function, kept in zip((ours, yardstick), times, strict=True):
            start = time.perf_counter()
            function()
            if number:
                kept.append(time.perf_counter() - start)
    return statistics.median(times[0]), statistics.median(times[1])
