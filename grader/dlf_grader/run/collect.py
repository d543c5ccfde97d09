"""Which milestones and checks a run is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dlf_grader.config import Config
from dlf_grader.failures import UsageError
from dlf_grader.model import Check, Milestone
from dlf_grader.run.keyword import Asks, read_keyword
from dlf_grader.run.naming import named

if TYPE_CHECKING:
    import pluggy


def all_milestones(plugins: pluggy.PluginManager) -> list[Milestone]:
    """Every milestone that a plugin brings, by id."""
    found = [milestone for brought in plugins.hook.dlf_milestones() for milestone in brought]
    return sorted(found, key=lambda milestone: milestone.id)


def checks_of(milestones: Sequence[Milestone], config: Config, plugins: pluggy.PluginManager) -> list[Check]:
    """All checks of some milestones, in the order a learner meets them, as plugins changed them."""
    checks: list[Check] = []
    for milestone in milestones:
        # pluggy calls the plugin registered last first; its checks come last for the learner
        for brought in reversed(plugins.hook.dlf_checks(milestone=milestone, config=config)):
            checks += brought
    plugins.hook.dlf_modify_checks(checks=checks, config=config)
    return checks


def catalogue_of(config: Config, plugins: pluggy.PluginManager) -> list[tuple[Milestone, list[Check]]]:
    """Every milestone with its checks."""
    return [(milestone, checks_of([milestone], config, plugins)) for milestone in all_milestones(plugins)]


def collect(config: Config, plugins: pluggy.PluginManager) -> list[Check]:
    """The checks of a run.

    Raises:
        UsageError: a milestone, a check, a file or the keyword names nothing.
    """
    milestones = {milestone.id: milestone for milestone in all_milestones(plugins)}
    ids, asks = list(milestones), read_keyword(config.keyword)
    whole = all(name in ids for name in config.milestones)  # then the other milestones are not even read
    checks = checks_of([milestones[id] for id in (whole and config.milestones) or ids], config, plugins)
    found = {check.id for name in config.milestones for check in named(name, checks, config.tree, ids)}
    in_order = {check.id: check for check in checks}.values()  # however asked for: a check waits for those it builds on
    chosen = [check for check in in_order if (not found or check.id in found) and _fits(asks, check)]
    if not chosen:
        asked = " ".join(config.milestones or ids)
        raise UsageError(f"-k {config.keyword!r}: no check of {asked} fits that. See: dlf-grade list {asked}")
    return chosen


def with_prerequisites(wanted: Sequence[Check], checks: Sequence[Check]) -> list[Check]:
    """Of some checks those that are wanted, and what they build on, in their order."""
    by_id = {check.id: check for check in checks}
    found: set[str] = set()
    waiting = [check.id for check in wanted]
    while waiting:
        if (name := waiting.pop()) in by_id and name not in found:
            found.add(name)
            waiting += by_id[name].after
    return [check for check in checks if check.id in found]


def _fits(asks: Asks, check: Check) -> bool:
    """Whether a check is asked for: a word is looked for in its id, the name of its class or function, and its file."""
    names = " ".join((check.id, check.target.partition(".")[0], check.exercise.rpartition("/")[2])).lower()
    return asks(lambda word: word.lower() in names)
