"""How a run was asked for, as one value; and where the trees are."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from dlf_grader.failures import UsageError

DEFAULT_SEED = 1
LARGEST_SEED = 2**31


@dataclass(frozen=True)
class Config:
    """One run of `dlf-grade`.

    Attributes:
        milestones: what was asked for, in order: milestones, checks or files; empty for all.
        tree: the folder whose files are graded.
        keyword: keep checks that fit this expression of words, and, or, not.
        train: True to run the full milestones, False for no training at all, None for the quick ones only
            (and the full ones too, where data and a GPU are at hand).
        fresh: draw a new seed and remember nothing.
        reports: (format, path) pairs to write.
        jobs: exercises graded side by side.
        shown_as: the tree's name in what is said about it; "" for its path as a person would write it.
        only_case: the one case to run, for replay.
        patience: how often the time of a failed training may be spent on why it failed.
        options: what plugins' own options were given.
    """

    tree: Path
    milestones: tuple[str, ...] = ()
    keyword: str = ""
    train: bool | None = None
    device: str = "auto"
    seed: int = DEFAULT_SEED
    fresh: bool = False
    reports: tuple[tuple[str, Path], ...] = ()
    isolation: str = "auto"
    jobs: int = 1
    verbose: bool = False
    only_case: int | None = None
    patience: float = 1.0
    shown_as: str = ""
    options: argparse.Namespace = field(default_factory=argparse.Namespace)

    @property
    def tree_name(self) -> str:
        return self.shown_as or tree_name(self.tree)

    @property
    def data_folder(self) -> Path:
        return data_folder()


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line, like every other of ours."""

    def error(self, message: str) -> NoReturn:
        unknown = [word for word in message.split() if word.startswith("-")] if message.startswith("unrecog") else []
        near = next(filter(None, (self._like(word) for word in unknown)), "")
        where = self.prog if " " in self.prog else f"{self.prog} m1"  # without a word, all commands are listed
        raise UsageError(f"{message}; did you mean {near}?" if near else f"{message}; see: {where} --help")

    def _like(self, word: str) -> str:
        """The option that a word looks like, or ""."""
        from difflib import get_close_matches

        return next(iter(get_close_matches(word.partition("=")[0], self._option_string_actions, n=1)), "")


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


def has_gpu(config: Config) -> bool:
    """Whether training may expect a GPU; asked without importing PyTorch."""
    if config.device == "cpu":
        return False
    return config.device in ("cuda", "mps") or (sys.platform == "linux" and Path("/dev/nvidia0").exists())


def repository(start: Path | None = None) -> Path | None:
    """The nearest folder upwards that holds `exercises/`, or None."""
    here = (start or Path.cwd()).resolve()
    return next((folder for folder in (here, *here.parents) if (folder / "exercises").is_dir()), None)


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


def parse_reports(values: list[str]) -> tuple[tuple[str, Path], ...]:
    """`FORMAT=PATH` pairs; whether a format exists is known when the plugins are."""
    pairs = []
    for value in values:
        name, separator, path = value.partition("=")
        if not (name and separator and path):
            raise UsageError(f"--report {value}: expected FORMAT=PATH, e.g. json=report.json")
        pairs.append((name, Path(path)))
    return tuple(pairs)
