"""Where a student's files belong in the tree, by their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from dlf_grader.model import Milestone

COPY_OF = r"(?:copy of|kopie von|copie de|copia de|copia di|kopie van|copy \(\d+\) of) "  # before a copy's name
LONGEST_NAME = 100  # characters; no exercise's is near it


@dataclass(frozen=True)
class Layout:
    """Where files belong.

    Attributes:
        folders: of every milestone: what lies below one of them keeps its place.
        places: file names that stand for one exercise, "conv.py" for "m1_cnn/conv.py".
        untouched: files as they were handed out, by place: what equals one of them is nobody's work.
    """

    folders: frozenset[str]
    places: Mapping[str, str]
    untouched: Mapping[str, frozenset[bytes]] = field(default_factory=dict)

    @property
    def stems(self) -> frozenset[str]:
        return frozenset(name.removesuffix(".py") for name in self.places)

    def path_of(self, path: str) -> str | None:
        """Where a file belongs in the tree; None if it has no place there."""
        parts = PurePosixPath(path).parts
        misplaced = ".." in parts or not path.isprintable() or any(part.endswith(".py") for part in parts[:-1])
        if misplaced or not parts or max(map(len, parts)) > LONGEST_NAME:
            return None
        for at in reversed(range(len(parts) - 1)):
            if parts[at] in self.folders:
                return "/".join(parts[at:])
        return self.places.get(parts[-1])

    def is_untouched(self, place: str, data: bytes) -> bool:
        """Whether a file is as it was handed out."""
        return plain_lines(data) in self.untouched.get(place, frozenset())

    def untouched_text(self) -> dict[str, str]:
        """A text of each exercise as it was handed out, which tells what the file defines."""
        return {place: min(texts, key=len).decode(errors="replace") for place, texts in self.untouched.items()}


def layout_of(
    milestones: Sequence[Milestone], asked: Iterable[str], handed_out: Iterable[Mapping[str, bytes]]
) -> Layout:
    """The layout for the milestones asked for, among all there are.

    Args:
        handed_out: exercises as learners got them, path to bytes: as files, as a notebook's cells.
    """
    chosen = [milestone for milestone in milestones if milestone.id in set(asked)]
    names = [exercise.path for milestone in chosen for exercise in milestone.exercises]
    last = [PurePosixPath(path).name for path in names]
    places = {name: path for name, path in zip(last, names, strict=True) if last.count(name) == 1}
    untouched: dict[str, frozenset[bytes]] = {}
    for files in handed_out:
        for path, data in files.items():
            untouched[path] = untouched.get(path, frozenset()) | {plain_lines(data)}
    return Layout(frozenset(milestone.folder for milestone in milestones), places, untouched)


def plain_lines(data: bytes) -> bytes:
    """A file without what editors change by themselves: ends of lines, spaces there, empty lines."""
    return b"\n".join(stripped for line in data.splitlines() if (stripped := line.rstrip()))
