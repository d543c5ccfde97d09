"""Who works while others wait: as many threads as there are jobs, but one that waits for a server gives its turn away.

So the files of a run do what needs no PyTorch while PyTorch is being imported, which takes longer than all of that.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

WAITING = 6  # threads beyond the jobs; each that waits keeps a worker
_thread = threading.local()


@contextmanager
def turn(turns: threading.Semaphore) -> Iterator[None]:
    """One of so many turns, for this thread."""
    with turns:
        _thread.turns = turns
        try:
            yield
        finally:
            del _thread.turns


@contextmanager
def aside() -> Iterator[None]:
    """Let another thread work meanwhile, if this one has a turn to give."""
    turns: threading.Semaphore | None = getattr(_thread, "turns", None)
    if turns is not None:
        turns.release()
    try:
        yield
    finally:
        if turns is not None:
            turns.acquire()
