"""Removing what a worker left, whatever it is: the standard library's way runs out of stack and of descriptors."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import sys
from pathlib import Path


def sweep(folder: Path) -> None:
    """Remove a folder; what the system will not give up stays."""
    if sys.platform == "win32":
        shutil.rmtree(folder, ignore_errors=True)
        return
    with contextlib.suppress(OSError):
        _empty(str(folder))
        os.rmdir(folder)


def _empty(folder: str) -> None:
    """Remove everything in a folder, level by level: what lies deeper is moved up, so that no path grows long."""
    numbers = itertools.count()
    while entries := _entries(folder):
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                os.unlink(entry.path)
                continue
            os.chmod(entry.path, 0o700)
            for inner in _entries(entry.path):
                if inner.is_dir(follow_symlinks=False):
                    os.chmod(inner.path, 0o700)
                    os.rename(inner.path, f"{folder}/.dlf-{next(numbers)}")
                else:
                    os.unlink(inner.path)
            os.rmdir(entry.path)


def _entries(folder: str) -> list[os.DirEntry[str]]:
    os.chmod(folder, 0o700)
    with os.scandir(folder) as found:
        return list(found)
