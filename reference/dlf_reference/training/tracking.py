"""The course of a training, kept as it goes: JSON lines, and TensorBoard's events where they are asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Protocol

from dlf_reference.training.checkpoint import write
from dlf_reference.training.settings import ConfigError

Row = dict[str, float | int]


class Tracker(Protocol):
    """Keeps rows of "step", "epoch", "loss", "learning_rate", "seconds"; at an epoch's end of "accuracy" too."""

    def add(self, row: Row) -> None: ...

    def close(self) -> None: ...


class Log:
    """`log.jsonl`, a row a line; what an earlier run wrote after `step` is dropped, and its half-written end."""

    def __init__(self, folder: Path, step: int) -> None:
        file = folder / "log.jsonl"
        kept = [line for line in _lines(file) if _step(line) <= step] if step else []
        write(file, "".join(kept).encode())
        self.file = file.open("a", encoding="utf-8", buffering=1)

    def add(self, row: Row) -> None:
        self.file.write(json.dumps(row) + "\n")

    def close(self) -> None:
        self.file.close()


class TensorBoard:
    """Events for `tensorboard --logdir runs`; what an earlier run wrote after `step` is hidden."""

    def __init__(self, folder: Path, step: int) -> None:
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError:
            raise ConfigError("--tensorboard needs the package tensorboard: pip install tensorboard") from None
        self.writer = SummaryWriter(folder / "tensorboard", purge_step=step + 1)

    def add(self, row: Row) -> None:
        for name in row.keys() - {"step", "epoch", "seconds"}:
            self.writer.add_scalar(name, row[name], row["step"])
        if "accuracy" in row:
            self.writer.flush()

    def close(self) -> None:
        self.writer.close()


def _lines(file: Path) -> list[str]:
    if not file.exists():
        return []
    return file.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)


def _step(line: str) -> float:
    try:
        return float(json.loads(line)["step"])
    except (ValueError, TypeError, KeyError):
        return float("inf")
