"""`dlf-grade reset WHAT`: an exercise, or one class or function of it, as it was handed out."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

import pluggy

from dlf_grader import places
from dlf_grader.commands.asked import every_check, exercise_path, find_checks
from dlf_grader.config import Config
from dlf_grader.exit_codes import OK
from dlf_grader.failures import UsageError
from dlf_grader.model import Check
from dlf_grader.parser import Parser
from dlf_grader.plugins import load_plugins
from dlf_grader.run.reading.source import Source, first_line
from dlf_grader.run.reading.stubs import stub_of
from dlf_grader.run.reading.tree import Tree, read_source
from dlf_grader.run.reports import replace_bytes
from dlf_grader.run.store import open_store

NO_COURSE = "reset needs the course's repository: expected folders exercises/ and solutions/ here or above"


def reset(words: list[str]) -> int:
    """Put back what was handed out, to be graded anew; the learner's file is kept beside it."""
    parser = Parser("dlf-grade reset", description="An exercise, or a part of it, as it was handed out.")
    parser.add_argument(
        "what", metavar="WHAT", help="a file, m1_cnn/conv.py; a class, m1.conv; a function, m1.conv.forward"
    )
    options = parser.parse_args(words)
    root = places.repository()
    if root is None or not (root / "solutions").is_dir():
        raise UsageError(NO_COURSE)
    plugins = load_plugins(root)
    for line in put_back(*_asked_for(options.what, root, plugins), root, plugins):
        print(line)
    return OK


def put_back(path: str, targets: Collection[str], root: Path, plugins: pluggy.PluginManager) -> list[str]:
    """Put an exercise, or some definitions of it, back as handed out; returns what to tell the learner.

    Raises:
        UsageError: there are no solutions, the file cannot be parsed, or it has no such definition.
    """
    if not (root / "solutions" / path).is_file():
        raise UsageError(NO_COURSE)
    file = root / "exercises" / path
    stub = stub_of((root / "solutions" / path).read_text(encoding="utf-8"), path)
    mine = read_source(root / "exercises", path)
    new = with_parts_of(stub, mine, targets) if targets and file.exists() else stub.encode()
    what = f"{', '.join(sorted(targets))} in exercises/{path}" if targets else f"exercises/{path}"
    if file.exists() and file.read_bytes() == new:
        return [f"{what} already is as it was handed out"]
    said = []
    if file.exists():
        kept = _free_name(file)
        shutil.copyfile(file, kept)
        said.append(f"your file is kept as {kept.relative_to(root)}")
    file.parent.mkdir(parents=True, exist_ok=True)
    replace_bytes(file, new)
    _forget(path, root / "exercises", plugins)
    return [*said, f"{what} is as it was handed out"]


def _asked_for(what: str, root: Path, plugins: pluggy.PluginManager) -> tuple[str, Collection[str]]:
    """A file, and the classes or functions of it that are meant; none of them where all of it is."""
    path = exercise_path(what)
    if (root / "solutions" / path).is_file():
        return path, ()
    checks, found = find_checks(what, Config(tree=root / "solutions"), plugins)
    handed_out = Tree(root / "solutions")
    files = {handed_out.where(check.exercise, check.target)[0] for check in found}
    if len(files) != 1:
        raise UsageError(f"reset {what}: expected one file, not {', '.join(sorted(files))}")
    path = files.pop()
    return path, _parts(found, [one for one in checks if handed_out.where(one.exercise, one.target)[0] == path])


def _parts(found: list[Check], checks: list[Check]) -> Collection[str]:
    """The functions of one check, the classes of several; none where that is everything in the file."""
    if len(found) == 1 and "." in found[0].target:
        return {found[0].target}
    parts = {check.target.partition(".")[0] for check in found}
    return () if parts == {check.target.partition(".")[0] for check in checks} else parts


def with_parts_of(stub: str, source: Source, targets: Collection[str]) -> bytes:
    """A learner's file with some definitions, "ReLU" or "ReLU.forward", as the stub has them.

    Raises:
        UsageError: the file cannot be parsed, has no such definition, or is in an encoding that cannot hold it.
    """
    given, path = Source(source.path, stub.encode()), source.path
    if source.problem:
        raise UsageError(f"{source.problem}; all of it as it was handed out: dlf-grade reset {path}")
    for target in targets:
        here, there = _span(source, target), _span(given, target)
        if here is None or there is None:
            raise UsageError(f"{path} has no {target} that can be found; all of it: dlf-grade reset {path}")
        lines = [*source.lines[: here[0]], *given.lines[there[0] : there[1]], *source.lines[here[1] :]]
        try:
            source = Source(path, "\n".join(lines).encode(source.encoding))
        except UnicodeEncodeError as error:
            wrong = f"{path} is {source.encoding} text, which has no {error.object[error.start]!r}"
            raise UsageError(f"{wrong}; save it as UTF-8, without the line that says otherwise") from None
    return source.data


def _span(source: Source, target: str) -> tuple[int, int] | None:
    """From which line to before which one a definition reaches."""
    found = source.definition(target)
    if found is None or found.name != target.rpartition(".")[2]:
        return None
    return first_line(found) - 1, found.end_lineno or found.lineno


def _forget(path: str, tree: Path, plugins: pluggy.PluginManager) -> None:
    """Forget the verdicts on a file that was replaced."""
    if store := open_store():
        files = Tree(tree)
        with closing(store):
            for check in every_check(Config(tree=tree), plugins):
                if any(source.path == path for source in files.closure(check.exercise)):
                    store.forget(str(tree), check.id)


def _free_name(file: Path) -> Path:
    number = 1
    while (kept := file.with_name(f"{file.name}.{number}.bak")).exists():
        number += 1
    return kept
