"""How far a learner has come: points, finished milestones, streaks. Worked out from what earlier runs remembered."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeAlias

from dlf_grader.model import Check, Milestone, Status

Catalogue: TypeAlias = Sequence[tuple[Milestone, Sequence[Check]]]
Standing: TypeAlias = Mapping[str, str]  # the latest status of each check that was run


def earned(checks: Sequence[Check], standing: Standing) -> float:
    """The points of those that passed when they were last run."""
    return sum(check.points for check in checks if standing.get(check.id) == Status.PASSED)


def total(checks: Sequence[Check]) -> float:
    """All points there are."""
    return sum(check.points for check in checks)


def work_left(checks: Sequence[Check], standing: Standing) -> list[Check]:
    """Those that earn points and have neither passed nor been found impossible to run here."""
    done = (Status.PASSED, Status.SKIPPED)
    return [check for check in checks if check.points and standing.get(check.id) not in done]


def finished(checks: Sequence[Check], standing: Standing) -> bool:
    """Whether everything that earns points has passed."""
    return all(standing.get(check.id) == Status.PASSED for check in checks if check.points)


def longest_row(flags: Sequence[bool]) -> int:
    """How many stand in a row, at most."""
    longest = now = 0
    for flag in flags:
        now = now + 1 if flag else 0
        longest = max(longest, now)
    return longest


def days_in_a_row(days: Collection[date], today: date) -> int:
    """Days without a gap up to today, or up to yesterday: today is not over yet."""
    day, count = today if today in days else today - timedelta(days=1), 0
    while day in days:
        day, count = day - timedelta(days=1), count + 1
    return count


def so_far(catalogue: Catalogue, standing: Standing, days: Collection[date], today: date) -> str:
    """Points, finished milestones and streaks in a line."""
    points = sum(earned(checks, standing) for _, checks in catalogue)
    parts = [f"{points:g} of {sum(total(checks) for _, checks in catalogue):g} points"]
    flags = [finished(checks, standing) for _, checks in catalogue]
    if any(flags):
        names = [milestone.id for (milestone, _), flag in zip(catalogue, flags, strict=True) if flag]
        row = longest_row(flags)
        parts.append(f"finished: {' '.join(names)}" + (f", {row} in a row" if row > 1 else ""))
    if (streak := days_in_a_row(days, today)) > 1:
        parts.append(f"{streak} days in a row")
    return " · ".join(parts)
