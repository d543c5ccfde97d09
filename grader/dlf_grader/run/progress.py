"""What a learner has done so far: points, finished milestones, streaks, from what earlier runs recorded."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType

from dlf_grader.claims import Claim, Heading, Status
from dlf_grader.run.checksums import CurrentFiles
from dlf_grader.run.store import open_store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlf_grader.claims import AnyClaim

Catalogue = Sequence[tuple[Heading, Sequence[Claim]]]
Statuses = Mapping[str, str]  # the latest status of each check that was run, by its id
STREAKS = (
    "There are two streaks: finished milestones in a row, "
    "and days in a row, up to today, on which a check passed for the first time."
)


class Progress:
    """What earlier runs recorded about a tree.

    Attributes:
        statuses: of checks whose files are as they were when it was found out.
        days: those on which a check passed that had not passed before.
        looked_up: ids of checks whose solution was shown before they passed.
        changed: ids of checks that passed, and whose files have changed since.
    """

    def __init__(
        self,
        statuses: Statuses = MappingProxyType({}),
        days: Collection[date] = (),
        looked_up: Collection[str] = (),
        changed: Collection[str] = (),
    ) -> None:
        self.statuses = statuses
        self.days = days
        self.looked_up = looked_up
        self.changed = changed


def progress_of(tree: Path) -> Progress:
    """What the user's store has recorded about a tree; nothing where there is no store."""
    store = open_store()
    if store is None:
        return Progress()
    with closing(store):
        found, now = store.statuses(str(tree)), CurrentFiles(tree)
        statuses = {id: status for id, (status, files) in found.items() if now.is_as(files)}
        changed = {id for id, (status, _) in found.items() if id not in statuses and status == Status.PASSED}
        return Progress(statuses, store.days(str(tree)), store.looked_up(str(tree)), changed)


def earned(checks: Sequence[Claim], statuses: Statuses) -> float:
    """The points of those that passed when they were last run."""
    return sum(check.points for check in checks if statuses.get(check.id) == Status.PASSED)


def total(checks: Sequence[Claim]) -> float:
    """All points there are."""
    return sum(check.points for check in checks)


def work_left(checks: Sequence[AnyClaim], statuses: Statuses) -> list[AnyClaim]:
    """Those that earn points and have neither passed nor been found impossible to run here."""
    done = (Status.PASSED, Status.SKIPPED)
    return [check for check in checks if check.points and statuses.get(check.id) not in done]


def finished(checks: Sequence[Claim], statuses: Statuses) -> bool:
    """Whether everything that earns points has passed."""
    return all(statuses.get(check.id) == Status.PASSED for check in checks if check.points)


def longest_row(flags: Sequence[bool]) -> int:
    """The length of the longest row of true flags."""
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


def so_far(catalogue: Catalogue, progress: Progress, today: date) -> str:
    """Points, finished milestones and streaks in a line."""
    points = sum(earned(checks, progress.statuses) for _, checks in catalogue)
    parts = [f"{points:g} of {sum(total(checks) for _, checks in catalogue):g} points"]
    flags = [finished(checks, progress.statuses) for _, checks in catalogue]
    if any(flags):
        names = [milestone.id for (milestone, _), flag in zip(catalogue, flags, strict=True) if flag]
        row = longest_row(flags)
        parts.append(f"finished: {' '.join(names)}" + (f", {row} in a row" if row > 1 else ""))
    if progress.changed:
        again = dict.fromkeys(id.partition(".")[0] for id in sorted(progress.changed))
        count = f"{len(progress.changed)} check{'s' if len(progress.changed) > 1 else ''}"
        parts.append(f"changed since: {count}, see dlf-grade {' '.join(again)}")
    if (streak := days_in_a_row(progress.days, today)) > 1:
        parts.append(f"{streak} days in a row")
    return " · ".join(parts)
