"""Which milestones and checks a run is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dlf_grader.config import Config
from dlf_grader.failures import UsageError
from dlf_grader.model import Check, Milestone

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
        UsageError: a milestone or the keyword names nothing.
    """
    known = {milestone.id: milestone for milestone in all_milestones(plugins)}
    for name in config.milestones:
        if name not in known:
            raise UsageError(f"no milestone {name!r}: expected one of {', '.join(known)}")
    milestones = [known[name] for name in config.milestones or known]
    words = [word for word in re.split(r"\s*,\s*|\s+or\s+|\s+", config.keyword.strip()) if word]
    checks = checks_of(milestones, config, plugins)
    chosen = [check for check in checks if not words or any(word in check.id for word in words)]
    if not chosen:
        ids = " ".join(milestone.id for milestone in milestones)
        raise UsageError(f"-k {config.keyword!r}: no check of {ids} has that in its id. See: dlf-grade list {ids}")
    return chosen
