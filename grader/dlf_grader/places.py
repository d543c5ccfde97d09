"""Where the trees are, and the user's folders; and how a place is written for a person."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from dlf_grader.failures import UsageError

LOCAL = "dlfplugin.py"  # a course's own plugin, beside its exercises
PACKED = Path(__file__).parent / "handed_out"  # in a wheel; beside the grader's sources it is the repository itself
REPOSITORY = Path(__file__).parents[2]


def data_folder() -> Path:
    """Where data sets live: `DLF_DATA`, or a folder in the user's cache."""
    if folder := os.environ.get("DLF_DATA"):
        return Path(folder).resolve()
    return user_cache() / "data"


def user_cache() -> Path:
    """Our folder among the user's of things that can be had again."""
    if sys.platform == "linux":  # as platformdirs finds it, whose import takes longer than a look at the folder
        return Path(os.environ.get("XDG_CACHE_HOME", "").strip() or "~/.cache").expanduser() / "dl-foundations"
    import platformdirs

    return Path(platformdirs.user_cache_dir("dl-foundations"))


def repository(start: Path | None = None) -> Path | None:
    """The nearest folder upwards that holds `exercises/`, or None."""
    here = (start or Path.cwd()).resolve()
    return next((folder for folder in (here, *here.parents) if (folder / "exercises").is_dir()), None)


def course_files() -> Path | None:
    """The folder of the course that came with the grader; None where none did."""
    return next((folder for folder in (PACKED, REPOSITORY) if (folder / "exercises").is_dir()), None)


def courses() -> list[Path]:
    """What may hold exercises as they were handed out, the last first of all asked: the folder that we stand in.

    A mark must not depend on where an instructor stands, and `exercises/` there may be of something else.
    """
    return list(dict.fromkeys(folder for folder in (course_files(), repository()) if folder is not None))


def find_tree(name: str | None) -> Path:
    """The tree that `--tree` means: a path, or "exercises" and "solutions" of the repository we stand in.

    Raises:
        UsageError: there is no such folder.
    """
    if name is not None and Path(name).is_dir():
        return Path(name).resolve()
    root = repository()
    wanted = name or "exercises"
    if root is not None and (root / wanted).is_dir():
        return root / wanted
    if name is None:
        raise UsageError(
            "no exercises here: expected a folder `exercises` in this folder or one above it. "
            "Change into the course's folder, name a tree with --tree PATH, "
            "or begin one: dlf-grade start ~/course."
        )
    raise UsageError(f"no tree at {name}: expected a folder. Give --tree exercises, solutions or a path.")


def tree_name(tree: Path) -> str:
    """A tree as a person would write it: relative to where they stand, if that is in the same repository or above."""
    root, here = repository(tree), Path.cwd()
    near = tree.is_relative_to(here) or (root is not None and here.is_relative_to(root))
    return Path(os.path.relpath(tree)).as_posix() if near else tree.as_posix()


def from_here(place: str) -> str:
    """A place of the repository that we stand in, "exercises/m1_cnn/README.md#pooling", from where we stand."""
    root = repository()
    return place if root is None else Path(os.path.relpath(root / place)).as_posix()
