"""A class made up: the solutions of a milestone, each with a mistake of the course's own mutants, or unfinished."""

from __future__ import annotations

import shutil
from pathlib import Path

from dlf_grader.authoring.mutants import load_mutants

ROOT = Path(__file__).parents[1]


def hand_in(folder: Path, count: int, milestone: str = "m1_cnn") -> None:
    """Write so many submissions: every third right, the others with one mistake each, every tenth a stub."""
    mutants = [m for m in load_mutants(ROOT / "tests" / "mutants") if m.file.startswith(f"{milestone}/")]
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        tree = folder / f"student{number:05}"
        source = ROOT / ("exercises" if number % 10 == 9 else "solutions") / milestone
        shutil.copytree(source, tree / milestone, ignore=shutil.ignore_patterns("__pycache__", "*.md"))
        mutant = mutants[number * 7 % len(mutants)]
        file = tree / mutant.file
        text = file.read_text(encoding="utf-8")
        if number % 3 and text.count(mutant.find) == 1:
            text = text.replace(mutant.find, mutant.replace)
        file.write_text(f"{text}\n# {number}\n", encoding="utf-8")  # no two submissions are the same
