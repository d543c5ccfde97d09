"""Noticing that a learner saves, however their editor does it: in place, by renaming, in several goes."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Collection, Iterator
from functools import partial
from pathlib import Path

STEP = 5  # milliseconds without a change after which a burst of them is over
LONGEST_BURST = 200  # milliseconds
POLLED_EVERY = 150  # milliseconds, where the system has no means to tell, or WATCHFILES_FORCE_POLLING is set
LOOK_EVERY = 1000  # milliseconds


def saves(root: Path, stop: threading.Event) -> Iterator[frozenset[str]]:
    """The Python files of a tree that were written, moved or deleted, each burst at once, until told to stop.

    Nothing, a second after the last: some network folders and containers never tell, so one had better look.

    Args:
        root: the tree, with no link in its path.
        stop: ends it within `STEP`.
    """
    import watchfiles

    logging.getLogger("watchfiles").setLevel(logging.WARNING)
    watch = partial(
        watchfiles.watch,
        root,
        watch_filter=lambda change, path: path.endswith(".py") and not Path(path).name.startswith("."),
        step=STEP,
        debounce=LONGEST_BURST,
        poll_delay_ms=POLLED_EVERY,
        rust_timeout=LOOK_EVERY,
        yield_on_timeout=True,
        stop_event=stop,
        raise_interrupt=False,
    )
    try:
        for changes in watch():
            yield _paths(changes, root)
    except (OSError, RuntimeError):  # no inotify here, or no watches left: look at the files now and then
        for changes in watch(force_polling=True):
            yield _paths(changes, root)


def _paths(changes: Collection[tuple[object, str]], root: Path) -> frozenset[str]:
    return frozenset(Path(path).relative_to(root).as_posix() for _, path in changes)


class Contents:
    """What the files of a tree held when last looked at: an editor may touch a file without changing it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: dict[str, str] = {}
        self.changed(())

    def changed(self, paths: Collection[str]) -> frozenset[str]:
        """Those of these files, or of all, that hold something else now, or are gone, or new."""
        looked_at = paths or {*self._known, *(path.relative_to(self._root).as_posix() for path in self._all())}
        now = {path: self._now(path) for path in looked_at}
        changed = frozenset(path for path in now if now[path] != self._known.get(path, ""))
        self._known |= now
        return changed

    def _all(self) -> Iterator[Path]:
        return (path for path in self._root.rglob("*.py") if not path.name.startswith("."))

    def _now(self, path: str) -> str:
        try:
            return hashlib.sha256((self._root / path).read_bytes()).hexdigest()
        except OSError:
            return ""
