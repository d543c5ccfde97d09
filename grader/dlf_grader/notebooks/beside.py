"""Modules beside a notebook, `from helpers import he`: a kernel finds them in its folder, a tree at its root."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from dlf_grader.notebooks.statements import may_lie_beside
from dlf_grader.run.reading.source import Source
from dlf_grader.run.reading.tree import LARGEST_SOURCE

Find = Callable[[str], bytes | None]


def modules_beside(files: Mapping[str, bytes], find: Find) -> dict[str, bytes]:
    """What exercise files import of a notebook's folder, and what that imports, by the path from there.

    Args:
        find: gives the content of the file at a path from the notebook's folder; None where there is none.
    """
    found: dict[str, bytes] = {}
    waiting = [*files.items()]
    while waiting:
        for path in _imported(*waiting.pop()):
            if path not in found and path not in files and (data := find(path)) is not None:
                found[path] = data
                waiting.append((path, data))
    return found


def _imported(path: str, data: bytes) -> Iterator[str]:
    """Where the modules that a file imports may lie: "utils/__init__.py", "utils/init.py" for `utils.init`."""
    try:
        modules = [name for name, _ in Source(path, data).imports]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for module in filter(may_lie_beside, modules):
        parts = module.split(".")
        for count in range(1, len(parts) + 1):
            place = "/".join(parts[:count])
            yield f"{place}.py"
            yield f"{place}/__init__.py"


def in_folder(folder: Path, written: Mapping[str, bytes]) -> Find:
    """Finds what a notebook writes, and the files of its folder; links out of it are not followed.

    Args:
        written: by its cells, path to content.
    """

    def find(path: str) -> bytes | None:
        file = folder / path
        if path in written:
            return written[path]
        try:
            inside = file.is_file() and file.resolve().is_relative_to(folder.resolve())
            return file.read_bytes() if inside and file.stat().st_size <= LARGEST_SOURCE else None
        except (OSError, ValueError):
            return None

    return find
