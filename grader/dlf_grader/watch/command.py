"""`--watch`: what has to be set up, and put back however it ends: signals, the terminal, threads, processes."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import SimpleQueue
from types import FrameType
from typing import TYPE_CHECKING

from dlf_grader.config import Config
from dlf_grader.failures import UsageError
from dlf_grader.watch.events import Events, Failed, Pressed, Resumed, Saved
from dlf_grader.watch.keys import Keyboard, usable
from dlf_grader.watch.loop import Watch
from dlf_grader.watch.saves import saves

if TYPE_CHECKING:
    import pluggy


def watch(run_config: Config, plugins: pluggy.PluginManager) -> int:
    """Grade on every save until q or Ctrl-C, which is no failure: 0.

    Raises:
        UsageError: a report was asked for.
        SystemExit: the process was told to end; 128 and the signal's number.
    """
    if run_config.reports:
        raise UsageError("--watch writes no report; give --report without it")
    plugins.hook.dlf_configure(config=run_config)
    events: Events = SimpleQueue()
    with ExitStack() as stack:
        stack.enter_context(_signals(events))
        watching = Watch(run_config, plugins, events)
        stack.callback(watching.runs.close)
        stack.enter_context(_noticing_saves(run_config.tree, events))
        if usable(sys.stdin, sys.stdout):
            watching.keyboard = stack.enter_context(Keyboard(sys.stdin.fileno(), lambda key: events.put(Pressed(key))))
        with contextlib.suppress(KeyboardInterrupt):
            watching.watch()
    return 0


@contextmanager
def _signals(events: Events) -> Iterator[None]:
    """End in order when told to, or when the terminal is gone; say when the process goes on after Ctrl-Z."""

    def end(number: int, frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_IGN)  # once is enough
        raise SystemExit(128 + number)

    handlers = {"SIGTERM": end, "SIGHUP": end, "SIGCONT": lambda number, frame: events.put(Resumed())}
    found = {
        which: signal.signal(which, handler)
        for name, handler in handlers.items()
        if (which := getattr(signal, name, None)) is not None  # not everywhere
        and signal.getsignal(which) is not signal.SIG_IGN  # as nohup asks
    }
    try:
        yield
    finally:
        for which, handler in found.items():
            signal.signal(which, handler)


@contextmanager
def _noticing_saves(root: Path, events: Events) -> Iterator[None]:
    stop = threading.Event()

    def notice() -> None:
        try:
            for paths in saves(root.resolve(), stop):
                events.put(Saved(paths))
        except Exception as error:  # noqa: BLE001 - raised again where events are taken
            events.put(Failed(error))

    thread = threading.Thread(target=notice, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
