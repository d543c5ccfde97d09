"""`dlf-grade next`: the next thing to write, and where."""

from __future__ import annotations

from datetime import date

from dlf_grader import config
from dlf_grader.commands.catalogue import asked_for
from dlf_grader.config import Config, Parser, find_tree, from_here
from dlf_grader.model import Check
from dlf_grader.plugins import load_plugins
from dlf_grader.run.collect import catalogue_of
from dlf_grader.run.progress import STREAKS, progress_of, so_far, work_left
from dlf_grader.run.sources import Tree


def next_check(words: list[str]) -> int:
    """Print the first check that has not passed, where it is, and how to go on."""
    parser = Parser("dlf-grade next", description="The next thing to write, and where.", epilog=STREAKS)
    parser.add_argument("milestones", nargs="*", metavar="MILESTONE", help="from which to choose; all if none is named")
    parser.add_argument("--tree", help="exercises (default), solutions, or a path")
    options = parser.parse_args(words)
    run_config = Config(tree=find_tree(options.tree))
    catalogue = catalogue_of(run_config, load_plugins(config.repository()))
    progress = progress_of(run_config.tree)
    chosen = asked_for(catalogue, options.milestones)
    left = (check for _, checks in chosen for check in work_left(checks, progress.statuses))
    if (found := next(left, None)) is not None:
        _show_next(found, run_config)
    else:
        print("every check that was run has passed")
    print("so far: " + so_far(catalogue, progress, date.today()))
    return 0


def place_to_write(tree: Tree, check: Check) -> tuple[str, int]:
    """The file and line where a check's answer belongs: its TODO, or the function it is about."""
    path, line = tree.where(check.exercise, check.target)
    raised = f'NotImplementedError("{check.id}")'
    lines = tree.source(path).data.decode(errors="replace").split("\n")
    return path, next((at for at, text in enumerate(lines, start=1) if raised in text), line)


def _show_next(check: Check, run_config: Config) -> None:
    tree = run_config.tree_name
    path, line = place_to_write(Tree(run_config.tree), check)
    print(f"{check.id}: {check.title}")
    print(f"  write   {tree}/{path}:{line}")
    print(f"  read    {from_here(check.section)}")
    print(f"  grade   dlf-grade {'.'.join(check.id.split('.')[:2])}")
    print(f"  hint    dlf-grade hint {check.id}")
