"""`dlf-grade solution ID`: ours, to compare with, once yours passes."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from dlf_grader import places
from dlf_grader.commands.asked import find_checks
from dlf_grader.config import Config
from dlf_grader.exit_codes import OK, WORK_LEFT
from dlf_grader.failures import UsageError
from dlf_grader.model import Check, Status
from dlf_grader.outputs.verdicts import VERDICTS
from dlf_grader.parser import Parser
from dlf_grader.places import find_tree
from dlf_grader.plugins import load_plugins
from dlf_grader.run.progress import Statuses, progress_of
from dlf_grader.run.reading.excerpts import written
from dlf_grader.run.reading.source import Source
from dlf_grader.run.reading.stubs import BEGIN, END, stub_of
from dlf_grader.run.reading.tree import Tree
from dlf_grader.run.store import open_store

FORCE = "show it before yours passes; `dlf-grade list` then says that you looked it up"


@dataclass(frozen=True, order=True)
class Part:
    """What stands between two marks of a solution.

    Attributes:
        path: relative to the tree of solutions.
        first, last: its lines.
        id: the check it is the answer to.
    """

    path: str
    first: int
    last: int
    id: str


def solution(words: list[str]) -> int:
    """Print the learner's code and ours; one line on what is left where the learner's does not pass."""
    parser = Parser("dlf-grade solution", description="Our solution, to compare with yours once it passes.")
    parser.add_argument("id", metavar="ID", help="m1.conv.forward, all of m1.conv, or m1_cnn/conv.py")
    parser.add_argument("--force", action="store_true", help=FORCE)
    parser.add_argument("--tree", help="yours: exercises (default), or a path")
    options = parser.parse_args(words)
    root = places.repository()
    if root is None or not (root / "solutions").is_dir():
        raise UsageError("solution needs the course's solutions: expected a folder solutions/ beside exercises/")
    run_config = Config(tree=find_tree(options.tree))
    checks, chosen = find_checks(options.id, run_config, load_plugins(root))
    solutions = Tree(root / "solutions")
    parts = sorted({part for check in chosen for part in parts_of(check, solutions)})
    progress = progress_of(run_config.tree)
    statuses = {**progress.statuses, **dict.fromkeys(progress.changed, str(Status.PASSED))}  # passing once is enough
    left = [check for check in answered(parts, checks, solutions) if statuses.get(check.id) != Status.PASSED]
    if left and not options.force:
        print(_not_yet(options.id, left, statuses), file=sys.stderr)
        return WORK_LEFT
    _note_looked_up(left, run_config)
    tree = Tree(run_config.tree)
    for part in parts:
        first, mine = (0, []) if left else yours(part, tree.source(part.path), solutions)
        if mine:
            print("\n".join([*_numbered(f"{run_config.tree_name}/{part.path}:{first}  yours", first, mine), ""]))
        print("\n".join(shown(part, solutions)))
    return OK


def parts_of(check: Check, solutions: Tree) -> list[Part]:
    """The part that answers a check; for one that has none of its own, every part of the function it is about."""
    path, line = solutions.where(check.exercise, check.target)
    source = solutions.source(path)
    function = source.definition(check.target)
    last = function.end_lineno if function is not None else None
    there = list(_parts(source.text, path))
    own = [part for part in there if part.id == check.id]
    inside = [part for part in there if line <= part.first <= (last or line)]
    return own or inside or [Part(path, line, last or line, check.id)]


def _parts(text: str, path: str) -> Iterator[Part]:
    begun = None
    for number, line in enumerate(text.splitlines(), start=1):
        if mark := BEGIN.match(line):
            begun = number + 1, mark["id"]
        elif begun and END.match(line):
            yield Part(path, begun[0], number - 1, begun[1])


def answered(parts: Sequence[Part], checks: Sequence[Check], solutions: Tree) -> list[Check]:
    """The checks that these parts, and no others, are the answer to; not training, which says nothing about lines."""
    there = set(parts)
    return [check for check in checks if check.kind != "training" and there.issuperset(parts_of(check, solutions))]


def yours(part: Part, source: Source, solutions: Tree) -> tuple[int, list[str]]:
    """What the learner wrote where ours has a part: its first line's number, and its lines; none where it is not found.

    Args:
        source: the learner's file.
    """
    given = solutions.source(part.path)
    function = None if source.problem else source.definition(given.function_at(part.first))
    if function is None:
        return 0, []
    mine = written(source, stub_of(given.text, part.path))
    inside = [line for line in range(function.lineno, (function.end_lineno or 0) + 1) if line in mine]
    return (inside[0], source.lines[inside[0] - 1 : inside[-1]]) if inside else (0, [])


def ours(part: Part, solutions: Tree) -> list[str]:
    """The lines of a part."""
    return solutions.source(part.path).lines[part.first - 1 : part.last]


def shown(part: Part, solutions: Tree) -> Iterator[str]:
    """A part under the line where it begins, every line with its number."""
    yield from _numbered(f"solutions/{part.path}:{part.first}  {part.id}", part.first, ours(part, solutions))


def _numbered(heading: str, first: int, lines: Sequence[str]) -> Iterator[str]:
    yield heading
    yield from (f"{number:>5}  {line}".rstrip() for number, line in enumerate(lines, start=first))


def _note_looked_up(checks: Sequence[Check], run_config: Config) -> None:
    if checks and (store := open_store()) is not None:
        with closing(store):
            for check in checks:
                store.note_looked_up(str(run_config.tree), check.id)


def _not_yet(name: str, left: Sequence[Check], statuses: Statuses) -> str:
    said = [(check.id, VERDICTS[Status(statuses.get(check.id) or Status.SKIPPED)]) for check in left[:4]]
    words = ", ".join(f"{id} ({verdict})" for id, verdict in said)
    more = f" and {len(left) - 4} more" if len(left) > 4 else ""
    return (
        f"{name}: your code does not pass yet: {words}{more}. "
        f"dlf-grade hint {left[0].id} helps; --force shows the solution all the same"
    )
