"""`dlf-grade dev sync`: exercises/ from solutions/, every marked region become a TODO."""

from __future__ import annotations

from pathlib import Path

from dlf_grader.run.reports import replace_file
from dlf_grader.run.stubs import stub_of


def stubs(solutions: Path) -> dict[str, str]:
    """Every exercise file as it should be, by path relative to the tree."""
    found = {}
    for file in sorted(solutions.rglob("*.py")):
        path = file.relative_to(solutions).as_posix()
        found[path] = stub_of(file.read_text(encoding="utf-8"), path)
    return found


def out_of_date(root: Path) -> list[str]:
    """The exercise files that differ from what the solutions give, or have no solution."""
    wanted = stubs(root / "solutions")
    folder = root / "exercises"
    there = {
        file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8") for file in sorted(folder.rglob("*.py"))
    }
    return sorted(path for path in wanted.keys() | there.keys() if wanted.get(path) != there.get(path))


def sync(root: Path) -> list[str]:
    """Write every exercise file that is out of date; returns their paths."""
    wanted, changed = stubs(root / "solutions"), out_of_date(root)
    for path in changed:
        file = root / "exercises" / path
        if path in wanted:
            file.parent.mkdir(parents=True, exist_ok=True)
            replace_file(file, wanted[path])
        else:
            file.unlink()
    return changed
