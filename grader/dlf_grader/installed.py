"""What is installed, read from folder names: importlib.metadata would cost more than all else of a cached run."""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path


@cache
def _distributions() -> dict[str, Path]:
    """The folders "NAME-VERSION.dist-info" on the path, by normalised name; the first found counts."""
    found: dict[str, Path] = {}
    for folder in map(Path, sys.path):
        for info in sorted(folder.glob("*.dist-info")) if folder.is_dir() else ():
            found.setdefault(re.sub(r"[-_.]+", "-", info.name.partition("-")[0]).lower(), info)
    return found


def version(name: str) -> str:
    """The version of an installed package; "" if it is not installed."""
    info = _distributions().get(name)
    return info.name.removesuffix(".dist-info").partition("-")[2] if info else ""


def any_entry_points(group: str) -> bool:
    """Whether any installed package has an entry point in a group."""
    for info in _distributions().values():
        file = info / "entry_points.txt"
        if file.is_file() and f"[{group}]" in file.read_text(encoding="utf-8"):
            return True
    return False
