"""`dlf-grade dev mine`: the dictionary of mistakes, a page for each exercise file, made anew where it is stale."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dlf_grader.authoring.beside import beside
from dlf_grader.authoring.mining import made_from, minable, mine, packed, said_anew, said_with
from dlf_grader.config import Config
from dlf_grader.instruments.dictionary.lookup import MINED, path_of, read_page
from dlf_grader.instruments.edits.words import known_names
from dlf_grader.model import Check, Exercise, Milestone
from dlf_grader.run.collect import catalogue_of

if TYPE_CHECKING:
    import pluggy


def pages(root: Path, plugins: pluggy.PluginManager) -> Iterator[tuple[Milestone, Exercise, list[Check]]]:
    """Every exercise file that has a page."""
    for milestone, checks in catalogue_of(Config(tree=root / "solutions"), plugins):
        files = {exercise.path: exercise for exercise in milestone.exercises}
        for path, found in minable(checks).items():
            if (root / "solutions" / path).exists():
                yield milestone, files[path], found


def stale(root: Path, plugins: pluggy.PluginManager) -> Iterator[str]:
    """The exercise files whose page is not of their solution, and pages of files that are gone."""
    wanted = set()
    for milestone, exercise, checks in pages(root, plugins):
        wanted.add(path_of(exercise.path))
        if _state(root, milestone, exercise, checks) != "right":
            yield exercise.path
    for left in sorted(set(MINED.rglob("*.mined")) - wanted):
        if (root / "solutions" / left.parent.name).is_dir():  # a course of one's own has none of our milestones
            yield left.relative_to(MINED).with_suffix(".py").as_posix()


def write_pages(root: Path, plugins: pluggy.PluginManager, only: Sequence[str], *, check: bool) -> int:
    """Make anew what is out of date, or, to check, only name it; returns the exit code."""
    old = [path for path in stale(root, plugins) if not only or any(word in path for word in only)]
    if check or not old:
        for path in old:
            print(f"out of date: the dictionary's page of {path}")
        if not old:
            print("the dictionary is what solutions/ gives")
        return 1 if old else 0
    known = {exercise.path: (milestone, exercise, checks) for milestone, exercise, checks in pages(root, plugins)}
    for path in old:
        if path in known:
            _write(root, *known[path])
        else:
            path_of(path).unlink()
            print(f"removed: {path}")
    return 0


def _state(root: Path, milestone: Milestone, exercise: Exercise, checks: Sequence[Check]) -> str:
    """Whether a page is "right", only its "words" are of yesterday, or its "numbers"."""
    page = read_page(exercise.path)
    if page is None or page.made_from != made_from(exercise.path, checks, root / "solutions"):
        return "numbers"
    now = said_with(known_to(root, milestone, exercise), exercise.path, root / "solutions")
    return "right" if page.said_with == now else "words"


def known_to(root: Path, milestone: Milestone, exercise: Exercise) -> frozenset[str]:
    """The names that a learner of an exercise has met."""
    return known_names((root / "exercises" / exercise.path).read_text("utf-8"), lesson_of(root, milestone))


def lesson_of(root: Path, milestone: Milestone) -> str:
    """A milestone's lesson, whose symbols the sentences use."""
    file = root / "exercises" / milestone.folder / "README.md"
    return file.read_text("utf-8") if file.exists() else ""


def _write(root: Path, milestone: Milestone, exercise: Exercise, checks: Sequence[Check]) -> None:
    start, count = time.monotonic(), 0

    def show(number: int) -> None:
        nonlocal count
        count += 1
        if count % 100 == 0 and sys.stdout.isatty():
            print(f"\r{exercise.path}: {count} edits, {time.monotonic() - start:.0f} s", end="", flush=True)

    known, solutions = known_to(root, milestone, exercise), root / "solutions"
    old = read_page(exercise.path)
    if old is not None and _state(root, milestone, exercise, checks) == "words":
        page = said_anew(old, known, exercise.path, solutions)
    else:
        with beside(exercise, solutions) as submission:
            page = mine(exercise.path, checks, solutions, known, submission, show=show)
    file = path_of(exercise.path)
    file.parent.mkdir(parents=True, exist_ok=True)
    data = packed(page)
    file.write_bytes(data)
    read_page.cache_clear()
    seconds = time.monotonic() - start
    said = f"{exercise.path}: {count} edits, {len(page.edits)} kept, {len(data) >> 10} KiB, {seconds:.0f} s"
    print(f"\r{said}" if sys.stdout.isatty() else said, flush=True)
