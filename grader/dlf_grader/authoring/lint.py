"""`dlf-grade dev lint`: what the course itself must hold, as CI holds learners to their checks."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dlf_grader.authoring import sync
from dlf_grader.authoring.formulas import formula_problems
from dlf_grader.authoring.lessons import facts_by_section, with_mistakes
from dlf_grader.authoring.mutants import load_mutants, plant, survived
from dlf_grader.config import Config
from dlf_grader.instruments.methods import subject_of
from dlf_grader.model import Check, Milestone, Status
from dlf_grader.outputs.headings import headings
from dlf_grader.run.reading.stubs import solution_ids, solution_lines
from dlf_grader.run.session import Session

if TYPE_CHECKING:
    import pluggy

    from dlf_grader.sandbox.servers import Servers

POINTS = 100


def catalogue_problems(root: Path, milestone: Milestone, checks: Sequence[Check]) -> Iterator[str]:
    """What is wrong with a milestone's table of checks."""
    total = sum(check.points for check in checks)
    if total != POINTS:
        yield f"{milestone.id}: the points add up to {total:g}, not {POINTS}"
    lesson = root / "exercises" / milestone.folder / "README.md"
    anchors = {anchor for _, anchor in headings(lesson.read_text(encoding="utf-8"))} if lesson.exists() else set()
    seen: set[str] = set()
    paths = {exercise.path for exercise in milestone.exercises}
    for check in checks:
        if check.id in seen:
            yield f"{check.id}: there are two"
        if missing := [name for name in check.after if name.startswith(milestone.id) and name not in seen]:
            yield f"{check.id}: builds on {missing[0]}, which does not come before it"
        if not check.hints:
            yield f"{check.id}: has no hint"
        if check.lesson not in anchors:
            yield f"{check.id}: the lesson has no heading #{check.lesson}"
        if check.exercise not in paths:
            yield f"{check.id}: {check.exercise} is not one of the milestone's exercises"
        if check.method is not None:
            try:
                subject_of(check)
            except (ImportError, AttributeError) as error:
                yield f"{check.id}: {error}"
        seen.add(check.id)


def lesson_problems(root: Path, catalogue: Iterable[tuple[Milestone, Sequence[Check]]]) -> Iterator[str]:
    """What is wrong with the lessons as texts."""
    for milestone, checks in catalogue:
        path = f"exercises/{milestone.folder}/README.md"
        text = (root / path).read_text(encoding="utf-8") if (root / path).exists() else ""
        if with_mistakes(text, facts_by_section(checks)) != text:
            yield f"{path} does not list what its checks recognise; run: dlf-grade dev docs"
        yield from (f"{path}, {problem}" for problem in formula_problems(text))


def file_problems(root: Path, checks: Sequence[Check]) -> Iterator[str]:
    """What is wrong with the stubs and solutions as files."""
    for stale in sync.out_of_date(sync.exercises(root)):
        path = stale.relative_to(root / "exercises").as_posix()
        yield f"exercises/{path} is not what solutions/{path} gives; run: dlf-grade dev sync"
    ids = {check.id for check in checks}
    for file in sorted((root / "solutions").rglob("*.py")):
        path = file.relative_to(root / "solutions").as_posix()
        text = file.read_text(encoding="utf-8")
        for name in solution_ids(text):
            if name not in ids:
                yield f"solutions/{path}: the region {name} has no check of that id"
        exercise = root / "exercises" / path
        if exercise.exists():
            stub = exercise.read_text(encoding="utf-8")
            for line in sorted(solution_lines(text) - solution_lines_outside(text)):
                if line in stub:
                    yield f"exercises/{path} holds a line of the solution: {line}"


def solution_lines_outside(text: str) -> set[str]:
    """Lines that stand outside the regions as well, and so are no secret."""
    outside, inside = set(), False
    for line in text.splitlines():
        if "### BEGIN SOLUTION" in line or "### END SOLUTION" in line:
            inside = "BEGIN" in line
        elif not inside:
            outside.add(line.strip())
    return outside


def stub_problems(root: Path, plugins: pluggy.PluginManager, servers: Servers) -> Iterator[str]:
    """Stubs must import, and fail politely: to do, or waiting for something that is."""
    polite = {Status.TODO, Status.BLOCKED, Status.SKIPPED}
    report = Session(Config(tree=root / "exercises", fresh=True, jobs=2), plugins, servers=servers).run()
    for result in report.results:
        if result.status not in polite:
            yield f"exercises: {result.id} is {result.status}, not to do: {result.message}"


def solution_problems(root: Path, plugins: pluggy.PluginManager, servers: Servers) -> Iterator[str]:
    """Solutions must pass everything that runs without data."""
    report = Session(Config(tree=root / "solutions", fresh=True, jobs=2), plugins, servers=servers).run()
    for result in report.results:
        if result.status not in (Status.PASSED, Status.SKIPPED) or (
            result.status is Status.SKIPPED and result.max_score
        ):
            yield f"solutions: {result.id} is {result.status}: {result.message}"


def mutant_problems(root: Path, plugins: pluggy.PluginManager, servers: Servers) -> Iterator[str]:
    """Every mutant must be killed by the check it names, with the words it names; every misconception has one."""
    for mutant in load_mutants(root / "tests" / "mutants"):
        with tempfile.TemporaryDirectory() as folder:
            try:
                plant(mutant, root / "solutions", Path(folder) / "tree")
            except ValueError as error:
                yield str(error)
                continue
            if problem := survived(mutant, Path(folder) / "tree", plugins, servers):
                yield f"mutant {mutant.id} of {mutant.file}: {problem}"
