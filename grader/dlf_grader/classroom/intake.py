"""What was handed in: who, when, and which files; read without running or unpacking anything.

A submission is a folder, a zip, a notebook, or single files named STUDENT_conv.py. Only Python text ever leaves here.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from dlf_grader.classroom.archives import Unusable, cells_of_notebook, files_of_folder, files_of_zip, one_file
from dlf_grader.failures import UsageError
from dlf_grader.model import Milestone

LONGEST_NAME = 100  # characters; no exercise's is near it
LARGEST_SUBMISSION = 16 << 20  # bytes of Python text
SEPARATORS = "_-. @"


@dataclass(frozen=True)
class SubmittedFiles:
    """What one student handed in, not read yet.

    Attributes:
        student: as its name says, before a roster was asked.
        paths: one folder, zip or notebook; or several files of the same student.
        problem: why it cannot be looked into; "" if it can.
    """

    student: str
    paths: tuple[Path, ...]
    problem: str = ""

    @property
    def source(self) -> str:
        return " ".join(path.name for path in self.paths)

    def received(self) -> datetime:
        """When the newest of it was last changed, as far as the file system knows; a folder's timestamp.txt counts.

        What is not there was received at the beginning of time.
        """
        times = [last_changed(path) for path in self.paths if os.path.lexists(path)]
        return datetime.fromtimestamp(max(times, default=0.0), UTC)


@dataclass(frozen=True)
class Layout:
    """Where files belong.

    Attributes:
        folders: of every milestone: what lies below one of them keeps its place.
        places: file names that stand for one exercise, "conv.py" for "m1_cnn/conv.py".
        single_folder: the folder for files that are not exercises, where only one milestone was asked for; else "".
    """

    folders: frozenset[str]
    places: dict[str, str]
    single_folder: str

    def path_of(self, path: str) -> str | None:
        """Where a file belongs in the tree; None if it has no place there."""
        parts = PurePosixPath(path).parts
        misplaced = ".." in parts or not path.isprintable() or any(part.endswith(".py") for part in parts[:-1])
        if misplaced or max(map(len, parts)) > LONGEST_NAME:
            return None
        for at in reversed(range(len(parts) - 1)):
            if parts[at] in self.folders:
                return "/".join(parts[at:])
        if parts[-1] in self.places:
            return self.places[parts[-1]]
        return f"{self.single_folder}/{parts[-1]}" if self.single_folder and len(parts) == 1 else None


def layout_of(milestones: Sequence[Milestone], asked: Iterable[str]) -> Layout:
    """The layout for the milestones asked for, among all there are."""
    chosen = [milestone for milestone in milestones if milestone.id in set(asked)]
    names = [exercise.path for milestone in chosen for exercise in milestone.exercises]
    last = [PurePosixPath(path).name for path in names]
    places = {name: path for name, path in zip(last, names, strict=True) if last.count(name) == 1}
    single_folder = chosen[0].folder if len(chosen) == 1 else ""
    return Layout(frozenset(milestone.folder for milestone in milestones), places, single_folder)


def find_submissions(folder: Path, layout: Layout) -> tuple[list[SubmittedFiles], list[str]]:
    """Everything handed in, by student, and a line for each file that is nothing of the kind.

    Raises:
        UsageError: the folder cannot be read.
    """
    try:
        found = sorted(folder.iterdir())
    except OSError as error:
        raise UsageError(f"{folder}: expected a folder of submissions: {error.strerror}") from None
    whole: list[SubmittedFiles] = []
    files: dict[str, list[Path]] = {}
    ignored: list[str] = []
    for path in found:
        if path.name.startswith((".", "__")):
            continue
        if path.is_symlink():
            whole.append(SubmittedFiles(path.stem, (path,), "it is a link; put the submission itself there"))
        elif path.is_dir():
            whole.append(SubmittedFiles(path.name, (path,)))
        elif path.suffix.lower() in (".zip", ".ipynb"):
            whole.append(SubmittedFiles(path.stem, (path,)))
        elif path.suffix == ".py":
            files.setdefault(student_of(path.name, layout), []).append(path)
        else:
            ignored.append(f"ignored {path.name!r}: expected a folder, a .zip, an .ipynb or STUDENT_FILE.py")
    for path in files.pop("", []):
        ignored.append(f"ignored {path.name!r}: whose is it? Expected STUDENT_{next(iter(layout.places), 'FILE.py')}")
    return whole + [SubmittedFiles(student, tuple(paths)) for student, paths in files.items()], ignored


def student_of(name: str, layout: Layout) -> str:
    """Whose file it is: "ada" of ada_conv.py; of ada.py too where only one file is asked for; "" if it does not say."""
    for exercise in sorted(layout.places, key=len, reverse=True):
        before = name.removesuffix(exercise)
        if before != name:
            return before[:-1] if before and before[-1] in SEPARATORS else ""
    return name.removesuffix(".py") if len(layout.places) == 1 else ""


def read(submitted: SubmittedFiles, layout: Layout) -> dict[str, bytes]:
    """The files of a submission, by their place in the tree.

    Raises:
        Unusable: it cannot be graded; the message says why.
    """
    if submitted.problem:
        raise Unusable(submitted.problem)
    files: dict[str, bytes] = {}
    came_from: dict[str, str] = {}
    for name, load in _contents(submitted, layout):
        place = layout.path_of(name)
        if place is None:
            continue
        if place in files and not _is_preferred(name, came_from[place]):
            if not _is_preferred(came_from[place], name) and load() != files[place]:
                raise Unusable(f"{place} is in it twice: {came_from[place]} and {name}; leave one")
            continue
        files[place], came_from[place] = load(), name
        if sum(map(len, files.values())) > LARGEST_SUBMISSION:
            raise Unusable(f"it holds more than {LARGEST_SUBMISSION >> 20} MiB of Python")
    if not any(place in layout.places.values() for place in files):
        raise Unusable(f"none of the exercises is in it: expected {_names(layout.places)}")
    return files


def digest_of(files: dict[str, bytes]) -> str:
    """One hash for a submission's files and their places."""
    digest = hashlib.sha256()
    for place in sorted(files):
        digest.update(f"{place}\0{hashlib.sha256(files[place]).hexdigest()}\n".encode())
    return digest.hexdigest()


def last_changed(path: Path) -> float:
    """When a file, or the newest file below a folder, was last changed."""
    if not path.is_dir() or path.is_symlink():
        return path.lstat().st_mtime
    stamp = path / "timestamp.txt"
    if stamp.is_file() and not stamp.is_symlink():
        try:
            return datetime.fromisoformat(
                stamp.read_text(encoding="utf-8").replace(" UTC", "+00:00").strip()
            ).timestamp()
        except (ValueError, OSError):
            pass  # not a time: as if it were not there
    times = [
        os.lstat(os.path.join(place, name)).st_mtime
        for place, folders, names in os.walk(path)
        for name in names
        if ".git" not in Path(place).parts
    ]
    return max(times, default=path.stat().st_mtime)


def _contents(submitted: SubmittedFiles, layout: Layout) -> Iterable[tuple[str, Callable[[], bytes]]]:
    """Names of what is in a submission, each with a function that reads it."""
    for path in submitted.paths:
        if path.is_dir():
            yield from files_of_folder(path)
        elif path.suffix.lower() == ".zip":
            yield from files_of_zip(path)
        elif path.suffix.lower() == ".ipynb":
            yield from cells_of_notebook(path.name, one_file(path))
        else:
            name = next((n for n in layout.places if path.name.endswith(n)), next(iter(layout.places)))
            yield name, lambda path=path: one_file(path)  # type: ignore[misc]


def _is_preferred(name: str, other: str) -> bool:
    """Whether a path lies in exercises/ and another does not: a whole repository holds files of the same name."""
    return "exercises" in PurePosixPath(name).parts and "exercises" not in PurePosixPath(other).parts


def _names(places: Iterable[str]) -> str:
    names = list(places)
    return ", ".join(names[:4]) + (" …" if len(names) > 4 else "")
