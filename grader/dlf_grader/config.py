"""How a run was asked for, as one value."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

from dlf_grader import places
from dlf_grader.failures import UsageError

DEFAULT_SEED = 1
LARGEST_SEED = 2**31
LARGEST_NEW_SEED = 1_000_000  # of those that are drawn: short enough to type
USUAL_PATIENCE = 1.0

ISOLATIONS = ("auto", "process", "locked", "bwrap")  # `sandbox.rungs.CHOICES`, whose import takes longer


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
    patience: float = USUAL_PATIENCE
    shown_as: str = ""
    options: argparse.Namespace = field(default_factory=argparse.Namespace)

    @property
    def tree_name(self) -> str:
        return self.shown_as or places.tree_name(self.tree)

    @property
    def data_folder(self) -> Path:
        return places.data_folder()


def has_gpu(config: Config) -> bool:
    """Whether training may expect a GPU; asked without importing PyTorch."""
    if config.device == "cpu":
        return False
    return config.device in ("cuda", "mps") or (sys.platform == "linux" and Path("/dev/nvidia0").exists())


def refuse_wrong_seed(seed: int | None) -> None:
    """Refuse a seed that random generators do not take.

    Raises:
        UsageError: it is out of range.
    """
    if seed is not None and not 0 <= seed < LARGEST_SEED:
        raise UsageError(f"--seed {seed}: expected a number from 0 to {LARGEST_SEED - 1}")


def new_seed() -> int:
    """A seed that nobody can know before."""
    return int.from_bytes(os.urandom(4), "big") % LARGEST_NEW_SEED


def formats_and_paths(option: str, values: list[str], example: str) -> tuple[tuple[str, Path], ...]:
    """The `FORMAT=PATH` pairs of an option; whether a format exists is known when the plugins are.

    Raises:
        UsageError: one is not of that form.
    """
    pairs = []
    for value in values:
        name, separator, path = value.partition("=")
        if not (name and separator and path):
            raise UsageError(f"{option} {value}: expected FORMAT=PATH, e.g. {example}")
        pairs.append((name, Path(path)))
    return tuple(pairs)
