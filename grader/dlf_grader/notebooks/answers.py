"""`%dlf hint | next | replay | solution`: what a notebook answers besides grades, from what was graded in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

from dlf_grader import places
from dlf_grader.commands.hint import note_one_more
from dlf_grader.commands.solution import answered, ours, parts_of, shown, yours
from dlf_grader.failures import UsageError
from dlf_grader.model import Check, Status
from dlf_grader.outputs.html import fragment
from dlf_grader.report import Result
from dlf_grader.run.reading.source import Source
from dlf_grader.run.reading.tree import Tree

Results = Mapping[str, Result]  # the latest of each check that was graded, by its id
WORDS = ("hint", "next", "replay", "solution")


class Shown(NamedTuple):
    """An answer, for a terminal and for a notebook."""

    text: str
    html: str


def named(id: str, checks: Sequence[Check]) -> Check:
    """The check of that id.

    Raises:
        UsageError: there is none.
    """
    found = next((check for check in checks if check.id == id), None)
    if found is None:
        raise UsageError(f"no check is called {id}; for example: {checks[0].id}")
    return found


def hint(check: Check) -> Shown:
    """One hint more; the command line goes on with the same ones."""
    shown = note_one_more(check, (places.repository() or Path.cwd()) / "exercises")
    hints, of = check.hints[:shown], len(check.hints)
    lines = [f"  {number}. {text}" for number, text in enumerate(hints, start=1)]
    lines.append(f"  {of - shown} more{': ask again' if of > shown else ''} · lesson: {check.section}")
    about = {"title": check.title, "id": check.id, "hints": hints, "of": of, "lesson": check.section}
    return Shown("\n".join(lines), fragment("cell_hints.html", **about))


def next_one(results: Results) -> str:
    """The first check that does not pass, where it is, and how to go on."""
    if not results:
        return "nothing was graded in this notebook yet; for example: %dlf m0"
    left = next((r for r in results.values() if r.status not in (Status.PASSED, Status.SKIPPED)), None)
    if left is None:
        return "all that was graded passes"
    where = f"  {left.location}\n" if left.location else ""
    return f"{left.id}: {left.title}\n{where}  %dlf hint {left.id}"


def case_of(token: str, results: Results) -> str:
    """The failing case of a check as a cell's code, on what the notebook defines.

    Args:
        token: a check's id, or what stands after `replay:`.

    Raises:
        UsageError: there is none.
    """
    id = token.partition("@")[0]
    case = results[id].counterexample if id in results else None
    if case is None or not case.code:
        raise UsageError(f"{id} has no failing case here; grade it first: %dlf {id}")
    module = results[id].exercise.removesuffix(".py").replace("/", ".")
    lines = [line for line in case.code.splitlines() if not line.startswith(f"from {module} import")]
    return "\n".join([f"# {id}: {case.case}", *lines])


def solution(check: Check, checks: Sequence[Check], results: Results, files: Mapping[str, bytes]) -> Shown:
    """The learner's code for a check that passes in this notebook, and ours beside it.

    Args:
        files: what was graded, by path.

    Raises:
        UsageError: it does not, or there are no solutions here.
    """
    root = places.repository() or places.course_files()
    if root is None or not (root / "solutions").is_dir():
        raise UsageError("solution needs the course's solutions: expected a folder solutions/ here or above")
    tree = Tree(root / "solutions")
    parts = parts_of(check, tree)
    left = [other.id for other in answered(parts, checks, tree) if not _passes(other.id, results)]
    if left:
        raise UsageError(f"{', '.join(left)}: does not pass in this notebook yet; %dlf hint {left[0]} helps")
    mine = {path: Source(path, data) for path, data in files.items()}
    pairs = [
        (part, yours(part, mine.get(part.path, Source(part.path, b"")), tree)[1], ours(part, tree)) for part in parts
    ]
    text = "\n".join(line for part, own, _ in pairs for line in [*_titled("yours", own), *shown(part, tree)])
    told = [(part.id, dedent("\n".join(own)), dedent("\n".join(lines))) for part, own, lines in pairs]
    return Shown(text, fragment("cell_solution.html", pairs=told))


def _titled(title: str, lines: Sequence[str]) -> list[str]:
    return [title, *(f"       {line}".rstrip() for line in lines), ""] if lines else []


def _passes(id: str, results: Results) -> bool:
    return id in results and results[id].status is Status.PASSED
