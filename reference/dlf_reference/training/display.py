"""What a person sees of a training: a line that moves, and one that stays for each epoch."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol


class Show(Protocol):
    """Where progress is shown."""

    def __call__(self, share: float, words: str) -> None: ...


@contextmanager
def progress() -> Iterator[Show]:
    """A bar on standard error, where someone looks at it."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (BarColumn(bar_width=16), TextColumn("{task.percentage:>3.0f} % · {task.description}"))
    quiet = not sys.stderr.isatty()
    above = sys.stdout.isatty()  # lines that are printed meanwhile stand above the bar, or go where they were sent
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=above, disable=quiet) as bar:
        task = bar.add_task("", total=1.0)

        def show(share: float, words: str) -> None:
            bar.update(task, completed=share, description=words)

        yield show


def moving(report: dict[str, Any], accuracies: list[float], target: float) -> str:
    """Where a training is: "epoch 2 · step 310/2270 · loss 0.123 · 97.50 % < 99 % · 1:05 left"."""
    stands = beside(accuracies[-1], target) if accuracies else f"target {100 * target:g} %"
    return (
        f"epoch {report['epoch']} · step {report['step']}/{report['steps']} · loss {report['loss']:.3f}"
        f" · {stands} · {clock(report['seconds_left'])} left"
    )


def beside(accuracy: float, target: float) -> str:
    """An accuracy beside what is wanted: "98.06 % ≥ 95 %"."""
    return f"{100 * accuracy:.2f} % {'≥' if accuracy >= target else '<'} {100 * target:g} %"


def epoch_line(report: dict[str, Any], epochs: int, which: str, accuracy: float, target: float) -> str:
    """What stays of an epoch: its mean loss, and the accuracy of the examples that are watched."""
    return (
        f"epoch {report['epoch']:>{len(str(epochs))}} of {epochs}   loss {report['loss']:.4f}"
        f"   {which.replace('_', '-')} {beside(accuracy, target)}   {clock(report['seconds'])}"
    )


def result_line(record: dict[str, Any]) -> str:
    """How a training ended, with the exact interval of its accuracy."""
    low, high = record["interval"]
    train = ""
    if "train_accuracy" in record:
        train = f"train {100 * record['train_accuracy']:.2f} % (target {100 * record['train_target']:g} %) · "
    return (
        f"{train}test {100 * record['accuracy']:.2f} % (95 % interval {100 * low:.2f} to {100 * high:.2f} %)"
        f" · target {100 * record['target']:g} % {'reached' if record['reached'] else 'missed'}"
    )


def clock(seconds: float) -> str:
    """Seconds as "1:05", or "1:02:05"."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
