"""A file of our own in this very process, asked as if it were in a worker's.

Thousands of edits of a solution are tried on hundreds of small cases, and nearly all of the time would go into waking
the other process. The code is ours, so nothing has to be kept from it; the worker's own loop carries everything out.
"""

from __future__ import annotations

import importlib
import math
import resource
import signal
import socket
import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dlf_grader.failures import LearnerError, NotWritten, WorkerTimeout
from dlf_grader.model import Exercise
from dlf_grader.sandbox.protocol import Load, Operation, Raised, Request, Values, unpack_value
from dlf_grader.sandbox.proxy import Submission, _packed
from dlf_grader.sandbox.worker import Worker

AGAIN = 0.2  # seconds until an edit is interrupted once more that goes on after it was
MEMORY = 4 << 30  # bytes that edits may ask for


class Beside(Submission):
    """One of our files, in this process."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._until, self._late = math.inf, False
        signal.signal(signal.SIGALRM, self._interrupt)
        super().__init__(_nobody, Load("", "", "numpy", "", "", 0))

    @property  # setting it starts the clock
    def deadline(self) -> float:
        return self._until

    @deadline.setter
    def deadline(self, until: float) -> None:
        self._until, self._late = until, False
        left = 0.0 if until == math.inf else max(until - time.monotonic(), 0.01)
        signal.setitimer(signal.ITIMER_REAL, left, AGAIN)

    def many(self, operations: Sequence[Operation]) -> list[Any]:
        """Carry out operations; see `Submission.many`."""
        reply = self._worker._carry_out(Request(0, [_packed(operation) for operation in operations]))
        if self._late:
            raise WorkerTimeout("it did not end in time")
        if isinstance(reply, Raised):
            error = NotWritten if reply.not_written else LearnerError
            raise error(reply.kind, reply.text, (), "a call")
        assert isinstance(reply, Values)
        return [self._received(unpack_value(value)) for value in reply.values]

    def close(self) -> None:
        """Stop the clock, and forget every object."""
        self.deadline = math.inf
        self._worker.objects = {0: self._worker.objects[0]}

    def _interrupt(self, *_: object) -> None:
        self._late = True
        raise WorkerTimeout("it did not end in time")


@contextmanager
def beside(exercise: Exercise, tree: Path) -> Iterator[Beside]:
    """A file of a tree of ours."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_used() + MEMORY, hard))
    ours, theirs = socket.socketpair()
    sys.path.insert(0, str(tree))
    known = {name: sys.modules.pop(name) for name in _of_the_tree(tree)}  # what is edited here is nobody else's
    try:
        worker = Worker(theirs)
        worker.objects[0] = importlib.import_module(exercise.module)
        submission = Beside(worker)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # edits divide by zero and overflow
            yield submission
        submission.close()
    finally:
        for name in _of_the_tree(tree):
            del sys.modules[name]
        sys.modules.update(known)
        sys.path.remove(str(tree))
        ours.close()
        theirs.close()
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _of_the_tree(tree: Path) -> list[str]:
    """The modules of a tree's folders that this process has imported."""
    folders = {folder.name for folder in tree.iterdir() if folder.is_dir()}
    return [name for name in sys.modules if name.partition(".")[0] in folders]


def _nobody() -> Any:
    raise AssertionError("nothing is started")


def _used() -> int:
    """Bytes of address space that this process has."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
