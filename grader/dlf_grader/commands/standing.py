"""`dlf-grade list` and `next`: where a learner stands, from what earlier runs remembered."""

from __future__ import annotations

from dlf_grader import config
from dlf_grader.collect import all_milestones, checks_of
from dlf_grader.config import Config, Parser, find_tree, tree_name
from dlf_grader.failures import UsageError
from dlf_grader.model import Check, Milestone, Status
from dlf_grader.outputs.terminal import MARKS
from dlf_grader.plugins import load_plugins
from dlf_grader.sources import Tree
from dlf_grader.store import open_store


def list_checks(words: list[str]) -> int:
    """Print every check with its points and its latest status."""
    parser = Parser("dlf-grade list", description="Every check, and where you stand.")
    parser.add_argument("milestones", nargs="*", metavar="MILESTONE")
    parser.add_argument("--tree", help="exercises (default), solutions, or a path")
    options = parser.parse_args(words)
    run_config = Config(tree=find_tree(options.tree), milestones=tuple(options.milestones))
    standing = _standing(run_config)
    for milestone, checks in _catalogue(run_config):
        earned = sum(check.points for check in checks if standing.get(check.id) == Status.PASSED)
        print(f"{milestone.id} {milestone.name} · {earned:g} of {sum(c.points for c in checks):g} points")
        for check in checks:
            status = standing.get(check.id)
            mark = MARKS[Status(status)] if status else " "
            print(f"  {mark} {check.id:<28} {check.points:>3g}  {check.title}")
    return 0


def next_check(words: list[str]) -> int:
    """Print the first check that has not passed, where it is, and how to go on."""
    parser = Parser("dlf-grade next", description="The next thing to write, and where.")
    parser.add_argument("--tree", help="exercises (default), solutions, or a path")
    run_config = Config(tree=find_tree(parser.parse_args(words).tree))
    standing = _standing(run_config)
    for milestone, checks in _catalogue(run_config):
        for check in checks:
            if standing.get(check.id) not in (Status.PASSED, Status.SKIPPED):
                _show_next(milestone, check, run_config)
                return 0
    print("everything that was run has passed")
    return 0


def _show_next(milestone: Milestone, check: Check, run_config: Config) -> None:
    tree = tree_name(run_config.tree)
    path, line = Tree(run_config.tree).where(check.exercise, check.target)
    print(f"{check.id}: {check.title}")
    print(f"  write   {tree}/{path}:{line}")
    print(f"  read    exercises/{milestone.folder}/README.md#{check.lesson}")
    print(f"  grade   dlf-grade {milestone.id} -k {check.id.rpartition('.')[0]}")
    print(f"  hint    dlf-grade hint {check.id}")


def _catalogue(run_config: Config) -> list[tuple[Milestone, list[Check]]]:
    plugins = load_plugins(config.repository())
    milestones = {milestone.id: milestone for milestone in all_milestones(plugins)}
    for name in run_config.milestones:
        if name not in milestones:
            raise UsageError(f"no milestone {name!r}: expected one of {', '.join(milestones)}")
    chosen = [milestones[name] for name in run_config.milestones or milestones]
    return [(milestone, checks_of([milestone], run_config, plugins)) for milestone in chosen]


def _standing(run_config: Config) -> dict[str, str]:
    store = open_store()
    if store is None:
        return {}
    try:
        return store.standing(str(run_config.tree))
    finally:
        store.close()
