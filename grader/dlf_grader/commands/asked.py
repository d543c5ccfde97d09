"""Finding a check by its id, several by a beginning, their file or their class."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from dlf_grader.failures import UsageError
from dlf_grader.run.naming import named
from dlf_grader.run.progress import Catalogue, progress_of, work_left

TYPE_CHECKING = False
if TYPE_CHECKING:
    import pluggy

    from dlf_grader.claims import AnyClaim, Claim, Heading
    from dlf_grader.config import Config
    from dlf_grader.model import Check


def every_check(run_config: Config, plugins: pluggy.PluginManager) -> list[Check]:
    """The checks of all milestones."""
    from dlf_grader.run.collect import all_milestones, checks_of  # what only tells of checks asks `run.listing`

    return checks_of(all_milestones(plugins), run_config, plugins)


def find_checks(name: str, run_config: Config, plugins: pluggy.PluginManager) -> tuple[list[Check], list[Check]]:
    """All checks, and of them those that a name means: m1.conv.forward, m1.conv, conv.py, Conv2d.

    Raises:
        UsageError: there is none.
    """
    checks = every_check(run_config, plugins)
    return checks, named(name, checks, run_config.tree)


def find_check(name: str, run_config: Config, plugins: pluggy.PluginManager) -> Check:
    """The check that a name means, as in `the_one`."""
    return the_one(name, every_check(run_config, plugins), run_config.tree)


def the_one(name: str, checks: Sequence[AnyClaim], tree: Path) -> AnyClaim:
    """The check of that id; of several that a name means, m1.conv, the first with work left, which is said.

    Raises:
        UsageError: there is none.
    """
    found = named(name, checks, tree)
    if found[0].id == name:
        return found[0]
    check = next(iter(work_left(found, progress_of(tree).statuses)), found[0])
    print(f"{check.id}: {check.title}", file=sys.stderr)
    return check


def first_left(checks: Sequence[AnyClaim], tree: Path) -> AnyClaim:
    """The first check with work left, which is said.

    Raises:
        UsageError: there is none.
    """
    left = work_left(checks, progress_of(tree).statuses)
    if not left:
        raise UsageError("every check that was run has passed; name one, e.g. m1.conv.forward")
    print(f"{left[0].id}: {left[0].title}", file=sys.stderr)
    return left[0]


def asked_for(catalogue: Catalogue, names: Sequence[str]) -> list[tuple[Heading, Sequence[Claim]]]:
    """The milestones of these ids with their checks; all of them where there are no names.

    Raises:
        UsageError: a name is no milestone's.
    """
    known = [milestone.id for milestone, _ in catalogue]
    for name in names:
        if name not in known:
            raise UsageError(f"no milestone {name!r}: expected one of {', '.join(known)}")
    return [(milestone, checks) for milestone, checks in catalogue if not names or milestone.id in names]


def exercise_path(name: str) -> str:
    """An exercise's path in its tree, however a shell completed it."""
    return name.removeprefix("./").removeprefix("exercises/")
