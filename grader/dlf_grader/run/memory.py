"""What earlier runs found out about the same files, with the same seed, options and versions."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from dlf_grader import __version__
from dlf_grader.config import USUAL_PATIENCE, Config
from dlf_grader.model import Check, Status
from dlf_grader.report import NOT_EXPLAINED, Result
from dlf_grader.run.reading.tree import Tree
from dlf_grader.run.results import about_check
from dlf_grader.run.store import Store, result_key

LASTING = {Status.PASSED, Status.FAILED, Status.TODO, Status.REFUSED}  # the same file would be judged so again


class Verdicts(Protocol):
    """Where verdicts are kept: a `Store`, or something that lives as long as the process."""

    def result(self, key: str) -> Result | None: ...

    def remember_result(self, key: str, result: Result) -> None: ...


class Memory:
    """The part of a store that is about one run. A fresh run uses none, and the replay of one case no results.

    Args:
        store: where it is kept; None for nowhere.
        machine: what a result depends on besides the files, as in `Report.environment`.
        plugins: their contents, for the same reason.
        verdicts: in place of the store, also for a fresh run: those of a class's other submissions.
    """

    def __init__(
        self,
        store: Store | None,
        config: Config,
        tree: Tree,
        machine: Mapping[str, str],
        plugins: str = "",
        verdicts: Verdicts | None = None,
    ) -> None:
        self._answers = None if config.fresh else store
        self._store: Verdicts | None = None if config.only_case is not None else verdicts or self._answers
        self._config, self._tree, self._tree_name = config, tree, config.tree_name
        versions = (plugins, *machine.values())
        self._versions = versions if self._answers is None else (fingerprint(), *versions)  # else nothing is kept

    def result(self, check: Check) -> Result | None:
        """The result that the same files gave before.

        Where there is more patience, one that was not explained in the usual time is none.
        """
        if self._store is None:
            return None
        found = self._store.result(self._key(check))
        if found is not None or self._config.patience == USUAL_PATIENCE:
            return found
        usual = self._store.result(self._key(check, USUAL_PATIENCE))
        explained = usual is not None and all(each.id != NOT_EXPLAINED for each in usual.diagnosis)
        return usual if explained else None

    def keep(self, check: Check, result: Result) -> None:
        """Keep a result, if it would be the same again."""
        if self._store is not None and result.status in LASTING:
            self._store.remember_result(self._key(check), result)

    def needs_no_pytorch(self, check: Check) -> bool:
        """Whether PyTorch has answered all that a check asks with this seed."""
        return self._answers is not None and self._answers.answer(self._asked_key(check)) is not None

    def keep_needs_no_pytorch(self, check: Check) -> None:
        """Keep that it has."""
        if self._answers is not None and self._config.only_case is None:
            self._answers.remember_answer(self._asked_key(check), b"")

    def _asked_key(self, check: Check) -> str:
        return result_key(["asked", check.id, str(self._config.seed), *self._versions])

    def _key(self, check: Check, patience: float | None = None) -> str:
        files = [f"{source.path} {source.sha256} {source.problem}" for source in self._tree.closure(check.exercise)]
        # the tree's name stands in what is said: a copy of the tree gets its own results
        run = [
            about_check(check),
            self._tree_name,
            str(self._config.seed),
            str(self._config.train),
            self._config.device,
            str(self._config.patience if patience is None else patience),
        ]
        return result_key([*run, *self._versions, *files])


def fingerprint() -> str:
    """Changes whenever the grader or the reference does: version, and each file's size and time."""
    reference = importlib.util.find_spec("dlf_reference")
    waiting = [str(Path(__file__).parents[1]), *((reference.submodule_search_locations or ()) if reference else ())]
    found: list[tuple[str, int, int]] = []
    while waiting:
        with os.scandir(waiting.pop()) as entries:  # each has its type and size, where a walk would ask again
            for entry in entries:
                if entry.name.endswith(".py"):
                    about = entry.stat()
                    found.append((entry.path, about.st_size, about.st_mtime_ns))
                elif entry.name != "__pycache__" and entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
    return f"{__version__} {hash(tuple(marks for _, *numbers in sorted(found) for marks in numbers))}"
