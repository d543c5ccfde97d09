"""Which exercise is the current one: the learner is shown one file at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from dlf_grader.claims import Claim
from dlf_grader.model import Check
from dlf_grader.run.progress import Statuses, work_left


def of_file(checks: Sequence[Check], path: str) -> list[Check]:
    """The checks of one exercise."""
    return [check for check in checks if check.exercise == path]


def on_save(checks: Sequence[Check], path: str) -> list[Check]:
    """What a save of an exercise runs: all but training, which takes longer than a learner should wait."""
    return [check for check in of_file(checks, path) if check.kind != "training"] or of_file(checks, path)


def files_left(checks: Sequence[Claim], statuses: Statuses) -> list[str]:
    """The exercises in which points are still to be earned, in order."""
    return list(dict.fromkeys(check.exercise for check in work_left(checks, statuses)))


def first_file(checks: Sequence[Check], statuses: Statuses) -> str:
    """Where to start: the first exercise with work left, or the first of all."""
    return next(iter(files_left(checks, statuses)), checks[0].exercise)


def file_after(current: str, checks: Sequence[Check], statuses: Statuses) -> str | None:
    """The next exercise with work left, beginning again after the last; None if there is no other."""
    files = list(dict.fromkeys(check.exercise for check in checks))
    at = files.index(current)
    left = set(files_left(checks, statuses))
    return next((path for path in (*files[at + 1 :], *files[:at]) if path in left), None)


def file_saved(current: str, saved: Collection[str], checks: Sequence[Check]) -> str:
    """The exercise to show after a save: the one that was saved; the current one, where that was a file it imports."""
    files = dict.fromkeys(check.exercise for check in checks)
    return current if current in saved else next((path for path in files if path in saved), current)
