"""Where the learner stands once a run is over, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from dlf_grader.claims import Claim
from dlf_grader.model import Check
from dlf_grader.outputs.terminal import bar
from dlf_grader.run.progress import Catalogue, Statuses, earned, total, work_left
from dlf_grader.watch.choice import file_after, files_left, of_file


def standing(path: str, checks: Sequence[Check], catalogue: Catalogue, statuses: Statuses, *, drawn: bool) -> list[str]:
    """The milestone of an exercise, in a line, and the way on.

    Args:
        checks: those that are watched.
        drawn: whether there is a bar before it.
    """
    milestone = next(check.milestone for check in checks if check.exercise == path)
    whole = next(whole for found, whole in catalogue if found.id == milestone)
    points, most = earned(whole, statuses), total(whole)
    files, left = {check.exercise for check in whole}, files_left(whole, statuses)
    line = f"{milestone}: {points:g} of {most:g} points · {len(files) - len(left)} of {len(files)} files done"
    return [f"{bar(points / most)} {line}" if drawn and most else line, *_way_on(path, checks, whole, statuses)]


def _way_on(path: str, checks: Sequence[Check], whole: Sequence[Claim], statuses: Statuses) -> list[str]:
    """What to do once an exercise passes; until then the verdict says it.

    Args:
        whole: the milestone's checks, of which some may not be watched.
    """
    left = work_left(of_file(checks, path), statuses)
    if any(check.kind != "training" for check in left):
        return []
    if left:
        return [f"{path} is written · left: {left[0].title}, {left[0].points:g} points, by training"]
    if unwatched := work_left([check for check in whole if check.exercise == path], statuses):
        return [f"all that is watched here passes · left in {path}: {unwatched[0].title}"]
    following = file_after(path, checks, statuses)
    then = f"next: {following}" if following else "nothing else is left"
    return [f"{path} is done · {then} · compare: dlf-grade solution {path}"]
