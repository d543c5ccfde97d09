"""The results of a run as they come in, and who waits for whose."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from dlf_grader.claims import NOT_RUN
from dlf_grader.model import Check, Status
from dlf_grader.report import Result
from dlf_grader.sandbox.turns import aside


class Results:
    """One result a check, settled once; a check that builds on others waits here for theirs."""

    def __init__(self, checks: Sequence[Check]) -> None:
        self._found: dict[str, Result] = {}
        self._over = {check.id: threading.Event() for check in checks}

    def __getitem__(self, check: Check) -> Result:
        """The result of a check, or what stands for it until it has one."""
        return self._found.get(check.id) or not_run(check)

    def __contains__(self, check: Check) -> bool:
        return check.id in self._found

    def settle(self, check: Check, result: Result) -> None:
        """Give a check its result."""
        self._found[check.id] = result
        self._over[check.id].set()

    def release(self, checks: Sequence[Check]) -> None:
        """Let nobody wait any longer for checks that have no result, and will get none."""
        for check in checks:
            self._over[check.id].set()

    def is_about(self, name: str) -> bool:
        """Whether the run grades a check."""
        return name in self._over

    def passed_before(self, check: Check) -> bool:
        """Whether all that a check builds on, as far as this run is about it, has passed by now."""
        return all(self._passed(name) for name in check.after if name in self._over)

    def blocking(self, check: Check) -> str | None:
        """The id of the first check before this one that did not pass, once all before it are settled."""
        for name in check.after:
            if name in self._over:
                if not self._over[name].is_set():
                    with aside():
                        self._over[name].wait()
                if not self._passed(name):
                    return name
        return None

    def _passed(self, name: str) -> bool:
        return name in self._found and self._found[name].status is Status.PASSED


def not_run(check: Check) -> Result:
    """The result that stands for a check until it has one of its own."""
    return result_of(check, Status.SKIPPED, message=NOT_RUN)


def about_check(check: Check) -> str:
    """All of a check that a kept result of it depends on besides its code."""
    about = (check.id, check.title, check.exercise, check.kind, check.target, check.points, check.requires, check.after)
    return repr((*about, check.timeout, check.hints, check.lesson))


def plain_measurements(measured: Mapping[str, Any] | None) -> dict[str, float | int | str]:
    """What a check measured, as JSON can hold it: NumPy's numbers as Python's, nan and infinity as words."""
    plain: dict[str, float | int | str] = {}
    for name, value in (measured or {}).items():
        number = value.item() if hasattr(value, "item") and getattr(value, "size", 1) == 1 else value
        finite = isinstance(number, bool | int | str) or (isinstance(number, float) and math.isfinite(number))
        plain[str(name)] = number if finite else str(number)
    return plain


def result_of(check: Check, status: Status, **found: object) -> Result:
    """A result of a check: points if it passed, none otherwise."""
    points = float(check.points)  # a plugin's may be NumPy's
    score = points if status is Status.PASSED else 0.0
    about = (check.id, check.milestone, check.exercise, check.kind, check.title)
    shown = {"hints": check.hints, "lesson": check.lesson} | found
    return Result(*about, status, score, points, **shown)  # type: ignore[arg-type]  # named fields of Result
