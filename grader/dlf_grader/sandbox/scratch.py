"""Removing what a worker left in its folder, whatever it made of it."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path


def remove_folder(folder: Path) -> None:
    """Remove a folder, also if it is nested too deep for paths and recursion, or closed to everyone."""
    with contextlib.suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
    if folder.is_dir():
        _remove_flattened(folder)


def _remove_flattened(folder: Path) -> None:
    """Move every folder found inside up to the top, so that no path grows long, and empty it there."""
    waiting, number = [folder], 0
    while waiting:
        place = waiting.pop()
        place.chmod(0o700)
        for entry in list(os.scandir(place)):
            if entry.is_dir(follow_symlinks=False):
                number += 1
                os.chmod(entry.path, 0o700)  # to move a folder is to write to it
                waiting.append(Path(entry.path).rename(folder / f".emptied-{number}"))
            else:
                os.unlink(entry.path)
        if place != folder:
            place.rmdir()
    folder.rmdir()
