"""`dlf-grade reset FILE`: an exercise as it was handed out."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

from dlf_grader import config
from dlf_grader.commands.catalogue import every_check, exercise_path, find_checks
from dlf_grader.config import Config, Parser
from dlf_grader.failures import UsageError
from dlf_grader.run.reports import replace_file
from dlf_grader.run.store import open_store
from dlf_grader.run.stubs import stub_of


def reset(words: list[str]) -> int:
    """Put an exercise back as it was handed out, to be graded anew; the learner's file is kept beside it."""
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
        print(f"exercises/{path} already is as it was handed out")
        return 0
    if file.exists():
        kept = _free_name(file)
        shutil.copyfile(file, kept)
        print(f"your file is kept as {kept.relative_to(root)}")
    file.parent.mkdir(parents=True, exist_ok=True)
    replace_file(file, stub)
    _forget(path, root / "exercises")
    print(f"exercises/{path} is as it was handed out")
    return 0


def _exercise(what: str, root: Path) -> str:
    path = exercise_path(what)
    if (root / "solutions" / path).is_file():
        return path
    files = {check.exercise for check in find_checks(what, Config(tree=root / "exercises"))[1]}
    if len(files) != 1:
        raise UsageError(f"reset {what}: expected one exercise, not {', '.join(sorted(files))}")
    return files.pop()


def _forget(path: str, tree: Path) -> None:
    """Forget the verdicts on a file that was replaced."""
    if store := open_store():
        with closing(store):
            for check in every_check(Config(tree=tree)):
                if check.exercise == path:
                    store.forget(str(tree), check.id)


def _free_name(file: Path) -> Path:
    number = 1
    while (kept := file.with_name(f"{file.name}.{number}.bak")).exists():
        number += 1
    return kept
