"""`dlf-grade start FOLDER`: the course in a folder of one's own, for those who have no clone of the repository."""

from __future__ import annotations

import shutil
from pathlib import Path

from dlf_grader.failures import UsageError
from dlf_grader.places import course_files

LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", "*.bak", ".*")
PARTS = ("exercises", "solutions", "AGENTS.md")


def is_folder(word: str) -> bool:
    """Whether a word means a folder, ~/course or ./course, and no milestone."""
    return "/" in word or "\\" in word or word in (".", "..")


def lay_out(folder: Path) -> list[str]:
    """Put exercises, lessons, notebooks and solutions into a folder; returns what to tell the learner.

    Nothing that is there is written over, and where there are exercises nothing is added to them.

    Raises:
        UsageError: the folder cannot be written to, or lies in a course.
    """
    place = folder.expanduser().resolve()
    go_on = f"next: cd {folder} && dlf-grade start"
    if (place / "exercises").is_dir():
        return [f"{folder} holds exercises already; nothing was written", go_on]
    around = next((parent for parent in place.parents if (parent / "exercises").is_dir()), None)
    if around is not None:
        raise UsageError(f"{folder} lies in the course {around}; name a folder outside of it, or work there")
    source = course_files()
    if source is None:
        raise UsageError("the exercises are not in this installation; clone the course's repository instead")
    try:
        place.mkdir(parents=True, exist_ok=True)
        said = [f"written: {folder}/{name}" for name in PARTS if _copied(source / name, place / name)]
    except OSError as error:
        raise UsageError(f"{folder} cannot be written to: {error.strerror}") from error
    return [*said, go_on]


def _copied(source: Path, target: Path) -> bool:
    if target.exists() or not source.exists():
        return False
    if source.is_dir():
        shutil.copytree(source, target, ignore=LEFT_OUT)
    else:
        shutil.copyfile(source, target)
    return True
