"""Mutants: solutions with one mistake made in them, which the grader must catch and name."""

from __future__ import annotations

import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dlf_grader.config import Config
from dlf_grader.model import Status
from dlf_grader.report import Result
from dlf_grader.run.collect import all_milestones, checks_of, with_prerequisites
from dlf_grader.run.session import Session

if TYPE_CHECKING:
    import pluggy

    from dlf_grader.sandbox.servers import Servers

GENERIC = "generic"


@dataclass(frozen=True)
class Mutant:
    """One mistake.

    Attributes:
        id: unique in its file.
        file: of the tree, "m1_cnn/conv.py"; its mutants stand in m1_cnn/conv.toml.
        find, replace: what is changed; `find` occurs exactly once.
        killed_by: the check that must not pass.
        mistake: the id of the mistake that it must name; `GENERIC` where the mistake has no name.
        says: words that its message or diagnosis must hold, where it is generic.
    """

    id: str
    file: str
    find: str
    replace: str
    killed_by: str
    mistake: str
    says: str = ""


def load_mutants(folder: Path) -> list[Mutant]:
    """Every mutant of a folder's TOML files, `[[mutant]]` by `[[mutant]]`; the files mirror the exercises."""
    return [
        Mutant(file=path.relative_to(folder).with_suffix(".py").as_posix(), **entry)
        for path in sorted(folder.rglob("*.toml"))
        for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("mutant", [])
    ]


def plant(mutant: Mutant, solutions: Path, tree: Path) -> None:
    """Copy the solutions with the mistake made.

    Raises:
        ValueError: `find` does not occur exactly once.
    """
    shutil.copytree(solutions, tree, ignore=shutil.ignore_patterns("__pycache__", "notebooks"))
    file = tree / mutant.file
    text = file.read_text(encoding="utf-8")
    if text.count(mutant.find) != 1:
        raise ValueError(f"mutant {mutant.id}: found {text.count(mutant.find)} times in {mutant.file}: {mutant.find!r}")
    file.write_text(text.replace(mutant.find, mutant.replace), encoding="utf-8")


def survived(mutant: Mutant, tree: Path, plugins: pluggy.PluginManager, servers: Servers) -> str:
    """Grade a planted mutant; returns why it counts as alive, or ""."""
    config = Config(tree=tree, train=False, jobs=1)
    checks = checks_of(all_milestones(plugins), config, plugins)
    needed = with_prerequisites([check for check in checks if check.id == mutant.killed_by], checks)
    if not needed:
        return f"there is no check {mutant.killed_by}"
    session = Session(config, plugins, servers=servers, checks=needed)
    result = next(r for r in session.run().results if r.id == mutant.killed_by)
    if result.status in (Status.PASSED, Status.BLOCKED, Status.SKIPPED, Status.TODO, Status.ERROR):
        return f"{mutant.killed_by} is {result.status}: {result.message}"
    said, named = words_of(result), {diagnosis.id for diagnosis in result.diagnosis}
    known = mutant.says in said if mutant.mistake == GENERIC else mutant.mistake in named
    return "" if known else f"it was caught, but named {sorted(named)}: {said!r}"


def words_of(result: Result) -> str:
    """What a learner reads of a result."""
    return " ".join([result.message, *(diagnosis.text for diagnosis in result.diagnosis)])
