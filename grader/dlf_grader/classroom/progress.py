"""Showing a class being graded: a bar on a terminal, a line for each submission where the output goes elsewhere."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

from dlf_grader.classroom.class_run import Event
from dlf_grader.sandbox.words import plain

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID


class Progress:
    """What the person who waits sees; safe from any thread."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.total = self.count = 0
        self._bar: Bar | None = None
        self._task: TaskID | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop()

    def say(self, line: str) -> None:
        """Print a line, above the bar where there is one."""
        text = plain(line)
        with self._lock:
            if self._bar is not None:
                self._bar.console.print(text, markup=False, highlight=False, soft_wrap=True)
            else:
                self.stream.write(text + "\n")
                self.stream.flush()

    def start(self, total: int, headline: str) -> None:
        """Begin counting."""
        self.say(headline)
        self.total = total
        if total and self.stream.isatty():
            self._bar = _bar(self.stream)
            self._task = self._bar.add_task("", total=total)
            self._bar.start()

    def show(self, event: Event) -> None:
        """Count a submission; beside a bar, only problems have a line."""
        with self._lock:
            self.count += not event.again
            count = self.count
            if self._bar is not None and self._task is not None:
                self._bar.update(self._task, completed=count)
        if self._bar is None or event.problem:
            self.say(f"{count:>{len(str(self.total))}}/{self.total}  {event.student}: {event.text}")

    def finish(self, line: str) -> None:
        """End the bar and say what came of it all."""
        self._stop()
        self.say(line)

    def _stop(self) -> None:
        bar, self._bar = self._bar, None
        if bar is not None:
            bar.stop()


def _bar(stream: TextIO) -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(file=stream))
