"""What is installed, read from folder names: importlib.metadata would cost more than all else of a cached run."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from functools import cache


@cache
def _distributions() -> dict[str, str]:
    """The folders "NAME-VERSION.dist-info" on the path, by normalised name; the first found counts."""
    found: dict[str, str] = {}
    for folder in sys.path:
        for info in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
            if info.endswith(".dist-info"):
                name = re.sub(r"[-_.]+", "-", info.partition("-")[0]).lower()
                found.setdefault(name, os.path.join(folder, info))
    return found


def version(name: str) -> str:
    """The version of an installed package; "" if it is not installed."""
    info = os.path.basename(_distributions().get(name, ""))
    return info.removesuffix(".dist-info").partition("-")[2]


def any_entry_points(group: str) -> bool:
    """Whether any installed package has an entry point in a group."""
    return bool(_with_entry_points(group))


def contents_of_plugins(group: str) -> list[str]:
    """Name, version and files' hashes of every installed package with an entry point in a group."""
    found = []
    for info in _with_entry_points(group):
        record = os.path.join(info, "RECORD")
        text = ""
        if os.path.exists(record):
            with open(record, encoding="utf-8") as file:
                text = file.read()
        found.append(f"{os.path.basename(info)}\n{text}")
    return found


@cache
def _with_entry_points(group: str) -> tuple[str, ...]:
    found = []
    for info in _distributions().values():
        with contextlib.suppress(FileNotFoundError), open(os.path.join(info, "entry_points.txt"), "rb") as text:
            if f"[{group}]".encode() in text.read():
                found.append(info)
    return tuple(found)
