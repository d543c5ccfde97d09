"""`dlf-grade list` and `next`: where a learner stands, from what earlier runs remembered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from dlf_grader import config
from dlf_grader.config import Config, Parser, find_tree, tree_name
from dlf_grader.failures import UsageError
from dlf_grader.model import Check, Milestone, Status
from dlf_grader.outputs.terminal import MARKS
from dlf_grader.plugins import load_plugins
from dlf_grader.run.collect import all_milestones, checks_of
from dlf_grader.run.progress import Catalogue, earned, so_far, total, work_left
from dlf_grader.run.sources import Tree
from dlf_grader.run.store import open_store

if TYPE_CHECKING:
    import pluggy

STREAKS = (
    "Streaks: milestones of which every point is earned, standing in a row; "
    "and days in a row, up to today, on which a check passed that had not passed before."
)


@dataclass(frozen=True)
class Remembered:
    """What the store knows of a tree."""

    standing: dict[str, str] = field(default_factory=dict)
    days: set[date] = field(default_factory=set)
    looked_up: set[str] = field(default_factory=set)


def list_checks(words: list[str]) -> int:
    """Print every check with its points and its latest status."""
    parser = Parser("dlf-grade list", description="Every check, and where you stand.", epilog=STREAKS)
    parser.add_argument("milestones", nargs="*", metavar="MILESTONE")
    parser.add_argument("--tree", help="exercises (default), solutions, or a path")
    options = parser.parse_args(words)
    run_config = Config(tree=find_tree(options.tree))
    plugins = load_plugins(config.repository())
    for line in listing(catalogue_of(run_config, plugins), remembered(run_config), options.milestones):
        print(line)
    return 0


def listing(catalogue: Catalogue, known: Remembered, only: Sequence[str] = ()) -> Iterator[str]:
    """The lines of `dlf-grade list`.

    Args:
        catalogue: every milestone; the last line is about all of them.
        known: where the learner stands.
        only: milestones to list; none means all.

    Raises:
        UsageError: one of `only` names nothing.
    """
    names = [milestone.id for milestone, _ in catalogue]
    for name in only:
        if name not in names:
            raise UsageError(f"no milestone {name!r}: expected one of {', '.join(names)}")
    for milestone, checks in catalogue:
        if only and milestone.id not in only:
            continue
        yield f"{milestone.id} {milestone.name} · {earned(checks, known.standing):g} of {total(checks):g} points"
        for check in checks:
            status = known.standing.get(check.id)
            mark = MARKS[Status(status)] if status else " "
            note = " · solution looked up" if check.id in known.looked_up else ""
            yield f"  {mark} {check.id:<28} {check.points:>3g}  {check.title}{note}"
    yield "so far: " + so_far(catalogue, known.standing, known.days, date.today())


def next_check(words: list[str]) -> int:
    """Print the first check that has not passed, where it is, and how to go on."""
    parser = Parser("dlf-grade next", description="The next thing to write, and where.", epilog=STREAKS)
    parser.add_argument("--tree", help="exercises (default), solutions, or a path")
    run_config = Config(tree=find_tree(parser.parse_args(words).tree))
    catalogue, known = catalogue_of(run_config, load_plugins(config.repository())), remembered(run_config)
    left = ((milestone, check) for milestone, checks in catalogue for check in work_left(checks, known.standing))
    if (found := next(left, None)) is not None:
        _show_next(*found, run_config)
    else:
        print("everything that was run has passed")
    print("so far: " + so_far(catalogue, known.standing, known.days, date.today()))
    return 0


def _show_next(milestone: Milestone, check: Check, run_config: Config) -> None:
    tree = tree_name(run_config.tree)
    path, line = Tree(run_config.tree).where(check.exercise, check.target)
    print(f"{check.id}: {check.title}")
    print(f"  write   {tree}/{path}:{line}")
    print(f"  read    exercises/{milestone.folder}/README.md#{check.lesson}")
    print(f"  grade   dlf-grade {milestone.id} -k {check.id.rpartition('.')[0]}")
    print(f"  hint    dlf-grade hint {check.id}")


def catalogue_of(run_config: Config, plugins: pluggy.PluginManager) -> Catalogue:
    """Every milestone with its checks."""
    return [(milestone, checks_of([milestone], run_config, plugins)) for milestone in all_milestones(plugins)]


def remembered(run_config: Config) -> Remembered:
    """What the user's store says about the tree of a run; nothing where there is no store."""
    store = open_store()
    if store is None:
        return Remembered()
    with closing(store):
        tree = str(run_config.tree)
        return Remembered(store.standing(tree), store.days(tree), store.looked_up(tree))
