"""`dlf-grade dev sync`: exercises/ from solutions/; and writing what is generated only where it differs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dlf_grader.run.reading.stubs import stub_of
from dlf_grader.run.reports import replace_file


def exercises(root: Path) -> dict[Path, str | None]:
    """Every exercise file with the text that its solution gives; None for a file without a solution."""
    solutions, folder = root / "solutions", root / "exercises"
    made: dict[Path, str | None] = dict.fromkeys(sorted(folder.rglob("*.py")))
    for file in sorted(solutions.rglob("*.py")):
        path = file.relative_to(solutions)
        made[folder / path] = stub_of(file.read_text(encoding="utf-8"), path.as_posix())
    return made


def out_of_date(made: Mapping[Path, str | None]) -> list[Path]:
    """The files that are not on disk as they should be; None stands for no file."""
    return [path for path, text in made.items() if text != (path.read_text("utf-8") if path.exists() else None)]


def write(made: Mapping[Path, str | None]) -> list[Path]:
    """Write what is out of date; returns which files that was."""
    changed = out_of_date(made)
    for path in changed:
        text = made[path]
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, text)
    return changed
