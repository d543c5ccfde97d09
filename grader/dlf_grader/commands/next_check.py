"""`dlf-grade next`: the next thing to write, and where."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from dlf_grader.claims import Claim
from dlf_grader.commands.asked import asked_for
from dlf_grader.exit_codes import OK
from dlf_grader.parser import Parser
from dlf_grader.places import find_tree, from_here, tree_name
from dlf_grader.run.listing import catalogue
from dlf_grader.run.progress import STREAKS, progress_of, so_far, work_left


def next_check(words: list[str]) -> int:
    """Print the first check that has not passed, where it is, and how to go on."""
    parser = Parser("dlf-grade next", description="The next thing to write, and where.", epilog=STREAKS)
    parser.add_argument("milestones", nargs="*", metavar="MILESTONE", help="from which to choose; all if none is named")
    parser.add_argument("--tree", help="exercises (default), solutions, or a path")
    options = parser.parse_args(words)
    tree = find_tree(options.tree)
    every, progress = catalogue(tree), progress_of(tree)
    chosen = asked_for(every, options.milestones)
    left = (check for _, checks in chosen for check in work_left(checks, progress.statuses))
    if (found := next(left, None)) is not None:
        _show_next(found, tree)
    else:
        print("every check that was run has passed")
    print("so far: " + so_far(every, progress, date.today()))
    return OK


def place_to_write(tree: Path, check: Claim) -> tuple[str, int]:
    """The file and line where a check's answer belongs: its TODO, or the function it is about."""
    if line := _line_of_todo(tree / check.exercise, check):
        return check.exercise, line
    from dlf_grader.run.reading.tree import Tree  # a stub is found without parsing it

    path, line = Tree(tree).where(check.exercise, check.target)
    return path, _line_of_todo(tree / path, check) or line


def _line_of_todo(file: Path, check: Claim) -> int:
    """The line of a file that says a check's answer is not written, or 0."""
    raised = f'NotImplementedError("{check.id}")'.encode()
    try:
        lines = file.read_bytes().split(b"\n")
    except OSError:
        return 0
    return next((at for at, text in enumerate(lines, start=1) if raised in text), 0)


def _show_next(check: Claim, tree: Path) -> None:
    path, line = place_to_write(tree, check)
    print(f"{check.id}: {check.title}")
    print(f"  write   {tree_name(tree)}/{path}:{line}")
    print(f"  read    {from_here(check.section)}")
    print(f"  grade   dlf-grade {'.'.join(check.id.split('.')[:2])}")
    print(f"  hint    dlf-grade hint {check.id}")
