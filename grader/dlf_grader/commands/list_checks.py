"""`dlf-grade list`: every check, and its latest status."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from dlf_grader.claims import Claim, Status
from dlf_grader.commands.asked import asked_for
from dlf_grader.exit_codes import OK
from dlf_grader.outputs.text import on_terminal
from dlf_grader.outputs.verdicts import SIGNS
from dlf_grader.parser import Parser
from dlf_grader.places import find_tree
from dlf_grader.run.listing import catalogue
from dlf_grader.run.progress import STREAKS, Catalogue, Progress, Statuses, earned, progress_of, so_far, total

LONGEST_ID = 31
TITLE = LONGEST_ID + 10  # the column where titles begin


def list_checks(words: list[str]) -> int:
    """Print every check with its points and its latest status."""
    parser = Parser("dlf-grade list", description="Every check, and your progress.", epilog=STREAKS)
    parser.add_argument("milestones", nargs="*", metavar="MILESTONE")
    parser.add_argument("--tree", help="exercises (default), solutions, or a path")
    options = parser.parse_args(words)
    tree = find_tree(options.tree)
    lines = listing(catalogue(tree), progress_of(tree), options.milestones)
    for line in on_terminal(lines, TITLE):
        print(line)
    return OK


def listing(every: Catalogue, progress: Progress, only: Sequence[str] = ()) -> Iterator[str]:
    """The lines of `dlf-grade list`.

    Args:
        every: every milestone; the last line is about all of them.
        progress: what the learner has done so far.
        only: milestones to list; none means all.

    Raises:
        UsageError: one of `only` names nothing.
    """
    for milestone, checks in asked_for(every, only):
        yield f"{milestone.id} {milestone.name} · {earned(checks, progress.statuses):g} of {total(checks):g} points"
        for check in checks:
            note = " · solution looked up" if check.id in progress.looked_up else ""
            note += " · passed before its file changed" if check.id in progress.changed else ""
            yield f"  {listed(check, progress.statuses)}{note}"
    yield "so far: " + so_far(every, progress, date.today())


def listed(check: Claim, statuses: Statuses) -> str:
    """A check's line of the list: its latest sign, id, points and title."""
    status = statuses.get(check.id)
    sign = SIGNS[Status(status)] if status else " "
    return f"{sign} {check.id:<{LONGEST_ID}} {check.points:>3g}  {check.title}"
