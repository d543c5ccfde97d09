"""Grading one submission after another with everything warm: fork servers, PyTorch's answers, the checks.

Every process that grades has one grader. A submission's files come in, a report goes out.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from dlf_grader.config import Config
from dlf_grader.plugins import load_plugins
from dlf_grader.report import Report, Result
from dlf_grader.run.collect import collect
from dlf_grader.run.oracle import Oracle
from dlf_grader.run.reports import without_drawings
from dlf_grader.run.session import Session
from dlf_grader.sandbox.servers import Servers

if TYPE_CHECKING:
    from types import TracebackType

MOST_REMEMBERED = 256 << 20  # bytes; m1 needs less than one MiB
MOST_VERDICTS = 20_000  # a few kilobytes each
TREE = "exercises"  # as the tree is called in reports: where the learner has these files


class Assignment(msgspec.Struct, frozen=True):
    """What a class was asked to do, and how it is graded; the same for every submission of a run.

    Attributes:
        base: the course's exercises, path to bytes; a submission's files are laid over them.
        beside: a folder that may hold the course's `dlfplugin.py`; "" for none.
    """

    milestones: tuple[str, ...]
    seed: int
    keyword: str = ""
    train: bool | None = None
    device: str = "auto"
    isolation: str = "auto"
    base: dict[str, bytes] = {}
    beside: str = ""


class AnswersInMemory:
    """Answers remembered as long as this process lives; every submission has the run's seed, so it asks the same."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}
        self._size = 0

    def answer(self, key: str) -> bytes | None:
        return self._known.get(key)

    def remember_answer(self, key: str, value: bytes) -> None:
        if self._size + len(value) <= MOST_REMEMBERED:  # questions may hold what a learner's code made: no end of them
            self._known[key] = value
            self._size += len(value)


class VerdictsInMemory:
    """The verdicts on files: on an equal file with equal imports, and the class's seed, it is the same."""

    def __init__(self) -> None:
        self._results: dict[str, Result] = {}

    def result(self, key: str) -> Result | None:
        return self._results.get(key)

    def remember_result(self, key: str, result: Result) -> None:
        if len(self._results) < MOST_VERDICTS:
            self._results[key] = without_drawings(result)


class SubmissionGrader:
    """Grades submissions of one assignment; a context manager."""

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment
        self.plugins = load_plugins(Path(assignment.beside) if assignment.beside else None)
        self.servers = Servers(many=True)
        self.reference = Oracle(self.servers, AnswersInMemory())
        self.verdicts = VerdictsInMemory()
        self.checks = collect(self._config(Path()), self.plugins)

    def __enter__(self) -> SubmissionGrader:
        self.servers.preload("numpy")
        self.servers.preload("torch")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.reference.close()
        self.servers.stop()

    def grade(self, files: dict[str, bytes], reports: tuple[tuple[str, Path], ...] = ()) -> Report:
        """The report on a submission.

        Args:
            files: path in the tree to content; what is missing is taken from the course's exercises.
            reports: formats and files, as `Config.reports`, that are written while it is graded.
        """
        with tempfile.TemporaryDirectory(prefix="dlf-class-", ignore_cleanup_errors=True) as folder:
            tree = Path(folder).resolve() / TREE
            _write_files(self._laid_out(files), tree)
            config = replace(self._config(tree), reports=reports)
            self.plugins.hook.dlf_configure(config=config)
            run = Session(
                config,
                self.plugins,
                checks=self.checks,
                servers=self.servers,
                reference=self.reference,
                verdicts=self.verdicts,
            )
            report = run.run()
            return replace(report, results=tuple(map(without_drawings, report.results)))

    def _laid_out(self, files: dict[str, bytes]) -> dict[str, bytes]:
        """A submission over the course's exercises, without milestones that no file of it can mean."""
        there = self.assignment.base | files
        near = {"", *map(folder_of, files), *(folder_of(check.exercise) for check in self.checks)}
        far = {folder_of(path) for path in there} - near
        while named := {
            it for it in far if any(it.encode() in data for path, data in there.items() if folder_of(path) in near)
        }:
            near, far = near | named, far - named
        return {path: data for path, data in there.items() if folder_of(path) in near}

    def _config(self, tree: Path) -> Config:
        asked = self.assignment
        return Config(
            tree=tree,
            milestones=asked.milestones,
            keyword=asked.keyword,
            train=asked.train,
            device=asked.device,
            seed=asked.seed,
            fresh=True,
            isolation=asked.isolation,
            shown_as=TREE,
        )


def exercise_files(*roots: Path) -> dict[str, bytes]:
    """The exercises as they were handed out, by path in the tree; of a file in several courses the last's."""
    trees = [root / TREE for root in roots]
    found = [(path.relative_to(tree).as_posix(), path) for tree in trees for path in sorted(tree.rglob("*.py"))]
    return {place: path.read_bytes() for place, path in dict(found).items()}


def folder_of(path: str) -> str:
    """The milestone's folder, "m1_cnn"; "" for a file beside them."""
    return path.partition("/")[0] if "/" in path else ""


def _write_files(files: dict[str, bytes], tree: Path) -> None:
    """Write files below a new folder; their paths have been checked."""
    for path, data in files.items():
        file = tree / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
