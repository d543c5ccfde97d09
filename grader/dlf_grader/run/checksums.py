"""Which content of a tree's files a status was found out about, so that a file changed since is not taken for it."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from pathlib import Path


def files_in_words(contents: Iterable[tuple[str, bytes]]) -> str:
    """Files and their contents as a line each, "1203-8a5c0f12 m1_cnn/conv.py"; a checksum, since nobody forges it."""
    return "\n".join(f"{_mark(data)} {path}" for path, data in contents)


class CurrentFiles:
    """The files of a tree as they are now, each read once."""

    def __init__(self, tree: Path) -> None:
        self._tree = tree
        self._marks: dict[str, str] = {}
        self._same: dict[str, bool] = {"": True}  # a status of an older store says nothing of its files

    def is_as(self, files: str) -> bool:
        """Whether files are still as they were, in `files_in_words`."""
        if files not in self._same:
            lines = (line.partition(" ") for line in files.split("\n"))
            self._same[files] = all(self._mark(path) == mark for mark, _, path in lines)
        return self._same[files]

    def _mark(self, path: str) -> str:
        if path not in self._marks:
            try:
                self._marks[path] = _mark((self._tree / path).read_bytes())
            except OSError:
                self._marks[path] = ""
        return self._marks[path]


def _mark(data: bytes) -> str:
    return f"{len(data)}-{zlib.crc32(data):08x}"
