"""`dlf-grade hint`, `replay` and `reset`: for when a learner is stuck."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from dlf_grader import config
from dlf_grader.authoring.sync import stub_of
from dlf_grader.cli import exit_code, grade
from dlf_grader.config import Config, Parser, find_tree
from dlf_grader.failures import UsageError
from dlf_grader.model import Check
from dlf_grader.plugins import load_plugins
from dlf_grader.run.collect import all_milestones, checks_of
from dlf_grader.run.reports import replace_file
from dlf_grader.run.store import open_store

TOKEN = re.compile(r"^(?P<check>[\w.]+)@(?P<seed>\d+)\.(?P<case>\d+)$")


def hint(words: list[str]) -> int:
    """Print one hint more each time."""
    parser = Parser("dlf-grade hint", description="One hint more.")
    parser.add_argument("id", metavar="ID", help="a check, e.g. m1.conv.forward")
    parser.add_argument("--tree", help="exercises (default), solutions, or a path")
    options = parser.parse_args(words)
    run_config = Config(tree=find_tree(options.tree))
    check = _check(options.id, run_config)
    for line in one_hint_more(check, run_config):
        print(line)
    return 0


def one_hint_more(check: Check, run_config: Config) -> Iterator[str]:
    """The lines of a check's hints: those shown before, and one more, which is noted."""
    store, tree = open_store(), str(run_config.tree)
    shown = min((store.hints_shown(tree, check.id) if store else 0) + 1, len(check.hints))
    if store is not None:
        store.note_hint(tree, check.id, shown)
        store.close()
    yield from (f"  {number}. {text}" for number, text in enumerate(check.hints[:shown], start=1))
    left = len(check.hints) - shown
    folder = check.exercise.partition("/")[0]
    more = f"{left} more: ask again" if left else "that was the last one"
    yield f"  {more} · lesson: exercises/{folder}/README.md#{check.lesson}"


def replay(words: list[str]) -> int:
    """Run one case of one check again, and show its inputs."""
    parser = Parser("dlf-grade replay", description="One failing case again, with its inputs.")
    parser.add_argument("token", metavar="TOKEN", help="as printed after `replay:`, e.g. m1.conv.forward@1.3")
    parser.add_argument("--tree", help="exercises (default), solutions, or a path")
    options = parser.parse_args(words)
    match = TOKEN.match(options.token)
    if match is None:
        raise UsageError(f"replay {options.token}: expected CHECK@SEED.CASE, e.g. m1.conv.forward@1.3")
    tree = find_tree(options.tree)
    check = _check(match["check"], Config(tree=tree))
    run_config = Config(
        tree=tree,
        milestones=(check.milestone,),
        keyword=check.id,
        seed=int(match["seed"]),
        only_case=int(match["case"]),
        verbose=True,
    )
    return exit_code(grade(run_config, load_plugins(config.repository())))


def reset(words: list[str]) -> int:
    """Put an exercise back as it was handed out, to be graded anew; what was there is kept beside it."""
    parser = Parser("dlf-grade reset", description="An exercise as it was handed out.")
    parser.add_argument("what", metavar="FILE", help="e.g. m1_cnn/conv.py, m1.conv, or a check's id")
    options = parser.parse_args(words)
    root = config.repository()
    if root is None or not (root / "solutions").is_dir():
        raise UsageError(
            "reset needs the course's repository: expected folders exercises/ and solutions/ here or above"
        )
    path = _exercise(options.what, root)
    solution = root / "solutions" / path
    file = root / "exercises" / path
    stub = stub_of(solution.read_text(encoding="utf-8"), path)
    if file.exists() and file.read_bytes() == stub.encode():
        print(f"exercises/{path} is as it was handed out already")
        return 0
    if file.exists():
        kept = _free_name(file)
        shutil.copyfile(file, kept)
        print(f"yours is kept as {kept.relative_to(root)}")
    file.parent.mkdir(parents=True, exist_ok=True)
    replace_file(file, stub)
    _forget(path, root / "exercises")
    print(f"exercises/{path} is as it was handed out")
    return 0


def _exercise(what: str, root: Path) -> str:
    path = _path(what)
    if (root / "solutions" / path).is_file():
        return path
    files = {check.exercise for check in find_checks(what, Config(tree=root / "exercises"))[1]}
    if len(files) != 1:
        raise UsageError(f"reset {what}: expected one exercise, not {', '.join(sorted(files))}")
    return files.pop()


def _forget(path: str, tree: Path) -> None:
    """What earlier runs found in a file that is gone says nothing of where a learner stands."""
    if store := open_store():
        with closing(store):
            for check in _every_check(Config(tree=tree)):
                if check.exercise == path:
                    store.forget(str(tree), check.id)


def _free_name(file: Path) -> Path:
    number = 1
    while (kept := file.with_name(f"{file.name}.{number}.bak")).exists():
        number += 1
    return kept


def find_checks(name: str, run_config: Config) -> tuple[list[Check], list[Check]]:
    """All checks, and of them the one of that id, those whose ids begin with it, m1.conv, or those of that file.

    Raises:
        UsageError: there is none.
    """
    checks, path = _every_check(run_config), _path(name)
    found = [check for check in checks if check.id == name or check.id.startswith(f"{name}.") or check.exercise == path]
    if found:
        return checks, found
    near = [check.id for check in checks if name in check.id][:5]
    ask = f"did you mean {', '.join(near)}?" if near else "see: dlf-grade list"
    raise UsageError(f"no check {name!r}; {ask}")


def _every_check(run_config: Config) -> list[Check]:
    plugins = load_plugins(config.repository())
    return checks_of(all_milestones(plugins), run_config, plugins)


def _path(name: str) -> str:
    """An exercise's path in its tree, however a shell completed it."""
    return name.removeprefix("./").removeprefix("exercises/")


def _check(name: str, run_config: Config) -> Check:
    _, found = find_checks(name, run_config)
    if found[0].id != name:
        raise UsageError(f"no check {name!r}; did you mean {', '.join(check.id for check in found[:5])}?")
    return found[0]
