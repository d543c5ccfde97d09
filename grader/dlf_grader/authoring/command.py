"""`dlf-grade dev`: commands for those who write the course."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from dlf_grader.authoring import docs, lint, mine, sync
from dlf_grader.config import Config
from dlf_grader.failures import UsageError
from dlf_grader.parser import Parser
from dlf_grader.places import repository
from dlf_grader.plugins import load_plugins
from dlf_grader.run.collect import catalogue_of
from dlf_grader.sandbox.servers import Servers


def dev(words: list[str]) -> int:
    """Run `dlf-grade dev WHAT`."""
    parser = Parser("dlf-grade dev")
    commands = parser.add_subparsers(dest="what", required=True)
    syncing = commands.add_parser("sync", help="write exercises/ from solutions/")
    syncing.add_argument("--check", action="store_true", help="only say what is out of date")
    linting = commands.add_parser("lint", help="check the course itself")
    linting.add_argument("--no-mutants", action="store_true", help="leave the mutants out: seconds instead of minutes")
    writing = commands.add_parser(
        "notebooks", help="write the notebooks from lessons and solutions, run them, and make the learners' of them"
    )
    writing.add_argument("--check", action="store_true", help="only say what is out of date")
    writing.add_argument("--no-run", action="store_true", help="write them without outputs: needs no Jupyter")
    describing = commands.add_parser(
        "docs", help="write docs/commands.md, and into the lessons what their checks recognise"
    )
    describing.add_argument("--check", action="store_true", help="only say what is out of date")
    mining = commands.add_parser(
        "mine", help="make the dictionary of mistakes: what every one-step edit of ours computes"
    )
    mining.add_argument(
        "only", nargs="*", metavar="FILE", help="exercise files, or parts of their names; none means all"
    )
    mining.add_argument("--check", action="store_true", help="only say what is out of date")
    options = parser.parse_args(words)
    root = repository()
    if root is None or not (root / "solutions").is_dir():
        raise UsageError(
            "dev works in the course's repository: expected folders exercises/ and solutions/ here or above"
        )
    if options.what == "sync":
        return _generate(root, sync.exercises(root), "exercises/ is what solutions/ gives", check=options.check)
    if options.what == "notebooks":
        notebooks = importlib.import_module("dlf_grader.notebooks.command")  # commands find each other by name
        code: int = notebooks.write_notebooks(root, check=options.check, run=not options.no_run)
        return code
    if options.what == "docs":
        pages = docs.pages(root, load_plugins(root))
        return _generate(root, pages, f"{len(pages)} pages are what the code gives", check=options.check)
    if options.what == "mine":
        return mine.write_pages(root, load_plugins(root), options.only, check=options.check)
    return _lint(root, mutants=not options.no_mutants)


def _generate(root: Path, made: Mapping[Path, str | None], same: str, *, check: bool) -> int:
    changed = sync.out_of_date(made) if check else sync.write(made)
    for path in changed:
        print(f"{'out of date' if check else 'written'}: {path.relative_to(root).as_posix()}")
    if not changed:
        print(same)
    return 1 if check and changed else 0


def _lint(root: Path, *, mutants: bool) -> int:
    plugins, servers = load_plugins(root), Servers()
    catalogue = catalogue_of(Config(tree=root / "solutions"), plugins)
    checks = [check for _, found in catalogue for check in found]
    steps: list[tuple[str, Iterable[str]]] = [
        (f"{m.id}: points, order, hints, lessons", lint.catalogue_problems(root, m, found)) for m, found in catalogue
    ]
    steps += [
        (
            "lessons list what their checks recognise, and their formulas can be set",
            lint.lesson_problems(root, catalogue),
        ),
        ("exercises come from solutions and hold none of them", lint.file_problems(root, checks)),
        (
            "the dictionary of mistakes is what solutions give",
            (f"the page of {path} is out of date; run: dlf-grade dev mine" for path in mine.stale(root, plugins)),
        ),
        ("stubs fail politely", lint.stub_problems(root, plugins, servers)),
        ("solutions earn full points", lint.solution_problems(root, plugins, servers)),
    ]
    if mutants:
        steps.append(("mutants are caught and named", lint.mutant_problems(root, plugins, servers)))
    count = 0
    try:
        for title, problems in steps:
            found = list(problems)
            print(f"  {'✗' if found else '✓'} {title}", flush=True)
            for problem in found:
                print(f"      {problem}")
            count += len(found)
    finally:
        servers.stop()
    print(f"{count} problems" if count else f"no problems in {len(checks)} checks", file=sys.stdout)
    return 1 if count else 0
