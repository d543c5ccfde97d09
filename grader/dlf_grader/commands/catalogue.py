"""Finding a check by its id, several by a beginning or by their file."""

from __future__ import annotations

from dlf_grader import config
from dlf_grader.config import Config
from dlf_grader.failures import UsageError
from dlf_grader.model import Check
from dlf_grader.plugins import load_plugins
from dlf_grader.run.collect import all_milestones, checks_of, named


def every_check(run_config: Config) -> list[Check]:
    """The checks of all milestones."""
    plugins = load_plugins(config.repository())
    return checks_of(all_milestones(plugins), run_config, plugins)


def find_checks(name: str, run_config: Config) -> tuple[list[Check], list[Check]]:
    """All checks, and of them the one of that id, those whose ids begin with it, m1.conv, or those of that file.

    Raises:
        UsageError: there is none.
    """
    checks = every_check(run_config)
    return checks, named(name, checks)


def find_check(name: str, run_config: Config) -> Check:
    """The check of that id.

    Raises:
        UsageError: there is none.
    """
    _, found = find_checks(name, run_config)
    if found[0].id != name:
        raise UsageError(f"no check {name!r}; did you mean {', '.join(check.id for check in found[:5])}?")
    return found[0]


def exercise_path(name: str) -> str:
    """An exercise's path in its tree, however a shell completed it."""
    return name.removeprefix("./").removeprefix("exercises/")
